import { AppError } from "@/lib/errors";

const MAX_BYTES = 1024 * 1024;

export async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new AppError("too_large", `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  if (request.body === null) return "";
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid UTF-8.", { cause });
  }
}

/** Postgres stores neither U+0000 nor half a surrogate pair. */
const storable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

/** The path of the first string that cannot be stored, or null. */
function findUnstorable(value: unknown, path: string[]): string | null {
  if (typeof value === "string") return storable(value) ? null : path.join(".");
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (!storable(key)) return path.join(".");
    const found = findUnstorable(inner, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

/** Throws `bad_request` when `text` holds a character that no column can take. */
export function assertStorable(text: string, path: string): void {
  if (storable(text)) return;
  const message = "holds a character that cannot be stored (U+0000 or half a surrogate pair)";
  throw new AppError("bad_request", `${path}: ${message}`, { issues: [{ path, message }] });
}

/**
 * The JSON body of a request, 1 MiB at most. Throws `bad_request` when it is no JSON, `too_large`; an absent body is
 * `bad_request` too, or `{}` when it is optional.
 */
export async function readJson(request: Request, options: { optional?: boolean } = {}): Promise<unknown> {
  const text = await readText(request, MAX_BYTES);
  if (text.trim() === "") {
    if (options.optional) return {};
    throw new AppError("bad_request", "The request has no body; expected JSON.");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("bad_request", "The body is not valid JSON.", { cause });
  }
  // Deep nesting cannot be meant, and would overflow the stack of whoever walks it.
  if (nesting(text) > 64) throw new AppError("bad_request", "The body is nested more than 64 levels deep.");
  const path = findUnstorable(value, []);
  if (path !== null) assertStorable("\0", path || "body");
  return value;
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
