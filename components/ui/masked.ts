/** A secret as it is shown until somebody asks for it: its first characters and dots. */
export function masked(secret: string, dots = 12): string {
  return `${secret.slice(0, 6)}${"•".repeat(dots)}`;
}
