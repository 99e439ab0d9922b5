import { plainLine } from "./plain";

const MAX_LENGTH = 300;

/** The provider's words in one short printable line, with the given secrets blotted out. */
export function redact(words: string, secrets: readonly (string | undefined)[] = []): string {
  let text = words;
  for (const secret of secrets) {
    if (secret !== undefined && secret.length >= 4) text = text.replaceAll(secret, "[secret]");
  }
  return plainLine(text, MAX_LENGTH);
}

/** The message of whatever was thrown, and the code Node.js gives to errors of sockets. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  const message = error.message === "" ? error.name : error.message;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** `ECONNREFUSED` and the like; undefined for errors without one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
