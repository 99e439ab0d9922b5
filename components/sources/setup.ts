import type { SourceFormat } from "@/lib/features/sources/schemas";

/** Where a source of a format posts, at an origin without a slash. */
const ingestUrl = (origin: string, format: SourceFormat): string =>
  format === "native" ? `${origin}/api/v1/events` : `${origin}/api/v1/ingest/${format}`;

/** A set-up text with its places filled in: `{{url}}`, `{{origin}}`, `{{host}}` (host:port) and `{{token}}`. */
export function filledSetup(
  text: string,
  { origin, format, token }: { origin: string; format: SourceFormat; token: string },
): string {
  const places: Record<string, string> = {
    url: ingestUrl(origin, format),
    origin,
    host: new URL(origin).host,
    token,
  };
  return text.replace(/\{\{(url|origin|host|token)\}\}/g, (_, place: string) => places[place] ?? "");
}

/** A secret as it is shown until somebody asks for it: its first characters and dots. */
export function masked(secret: string): string {
  return `${secret.slice(0, 6)}${"•".repeat(12)}`;
}
