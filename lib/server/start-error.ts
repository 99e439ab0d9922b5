/** A start that cannot go on for a reason the operator can mend. The message is one line that says what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

export const isStartError = (error: unknown): error is StartError =>
  error instanceof Error && error.name === "StartError";

/** The system's error code (`EACCES`), "" when there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
