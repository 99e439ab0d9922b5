import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";
import { AppError } from "@/lib/errors";

export const MAX_BODY = 5 * 1024 * 1024;
export const MAX_EVENTS = 10_000;
/** A body that has not arrived by then holds a connection, nothing else. */
const BODY_TIMEOUT_MS = 30_000;

/** One record of a request: its JSON value, or why it is none. */
export type RawRecord = { value: unknown } | { fault: string };

const tooLarge = () => new AppError("too_large", "The body is larger than 5 MiB (after decompression).");

/**
 * Reads a whole body, decompressed, up to `limit` bytes. Throws too_large, bad_request (broken gzip, aborted) or
 * unsupported_type (an encoding that is not gzip).
 */
export function readBody(request: IncomingMessage, limit = MAX_BODY): Promise<Buffer> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip" && encoding !== "x-gzip") {
    throw new AppError(
      "unsupported_type",
      `Content-Encoding: expected gzip or none, got ${encoding.slice(0, 40)}`,
    );
  }
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const gunzip = encoding === "identity" ? undefined : createGunzip();
    const source = gunzip === undefined ? request : request.pipe(gunzip);
    const done = (error: AppError | null) => {
      clearTimeout(timer);
      source.removeListener("data", onData);
      // What still arrives is read and dropped, so that the sender gets to read the answer.
      if (gunzip !== undefined) request.unpipe(gunzip);
      gunzip?.destroy();
      if (error === null)
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
      else {
        request.resume();
        reject(error);
      }
    };
    const timer = setTimeout(
      () => done(new AppError("bad_request", "The body did not arrive within 30 s.")),
      BODY_TIMEOUT_MS,
    );
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) done(tooLarge());
      else chunks.push(chunk);
    };
    source.on("data", onData);
    source.once("end", () => done(null));
    gunzip?.once("error", (cause) =>
      done(new AppError("bad_request", "The body is not valid gzip.", { cause })),
    );
    request.once("error", (cause) => done(new AppError("bad_request", "The body was cut off.", { cause })));
    request.once("aborted", () => done(new AppError("bad_request", "The body was cut off.")));
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The records of a JSON body (one event, an array, `{"events": […]}`) or of NDJSON, in order. */
export function parseRecords(body: Buffer, contentType: string | undefined): RawRecord[] {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const ndjson =
    type === "application/x-ndjson" || type === "application/ndjson" || type === "application/jsonl";
  if (!ndjson && type !== "application/json") {
    throw new AppError(
      "unsupported_type",
      `Content-Type: expected application/json or application/x-ndjson, got ${type === "" ? "none" : type.slice(0, 80)}`,
    );
  }
  const records = ndjson ? parseLines(decode(body)) : parseJson(decode(body));
  if (records.length > MAX_EVENTS) {
    throw new AppError(
      "too_large",
      `At most ${MAX_EVENTS} events a request; this one has ${records.length}.`,
    );
  }
  return records;
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new AppError("bad_request", "The body is not UTF-8.", { cause });
  }
}

function parseJson(text: string): RawRecord[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    // V8 quotes a piece of the body, which may hold a key: the position is all that is passed on.
    const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
    throw new AppError(
      "bad_request",
      `The body is not JSON${position === undefined ? "" : ` (at position ${position})`}.`,
    );
  }
  if (Array.isArray(json)) return json.map((value: unknown) => ({ value }));
  if (typeof json !== "object" || json === null) {
    throw new AppError("bad_request", 'Expected an event, an array of events or {"events": […]}.');
  }
  if ("events" in json && !("key" in json)) {
    if (!Array.isArray(json.events))
      throw new AppError("bad_request", "events: expected an array of events.");
    return json.events.map((value: unknown) => ({ value }));
  }
  return [{ value: json }];
}

function parseLines(text: string): RawRecord[] {
  const records: RawRecord[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    try {
      records.push({ value: JSON.parse(line) as unknown });
    } catch {
      records.push({ fault: "this line is not JSON" });
    }
    // Far past the bound nothing is learned from the rest.
    if (records.length > MAX_EVENTS) break;
  }
  return records;
}
