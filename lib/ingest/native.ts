import { AppError } from "@/lib/errors";
import { decodeText, listed, type RawRecord } from "./records";

export const MAX_EVENTS = 10_000;

/** The records of a JSON body (one event, an array, `{"events": […]}`) or of NDJSON, in order. */
export function nativeRecords(body: Buffer, contentType: string | undefined): RawRecord[] {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const ndjson =
    type === "application/x-ndjson" || type === "application/ndjson" || type === "application/jsonl";
  if (!ndjson && type !== "application/json") {
    throw new AppError(
      "unsupported_type",
      `Content-Type: expected application/json or application/x-ndjson, got ${type === "" ? "none" : type.slice(0, 80)}`,
    );
  }
  const records = ndjson ? parseLines(decodeText(body)) : parseJson(decodeText(body));
  if (records.length > MAX_EVENTS) {
    throw new AppError(
      "too_large",
      `At most ${MAX_EVENTS} events a request; this one has ${records.length}.`,
    );
  }
  return records;
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
  if (Array.isArray(json)) return listed(json);
  if (typeof json !== "object" || json === null) {
    throw new AppError("bad_request", 'Expected an event, an array of events or {"events": […]}.');
  }
  if ("events" in json && !("key" in json)) {
    if (!Array.isArray(json.events))
      throw new AppError("bad_request", "events: expected an array of events.");
    return listed(json.events);
  }
  return listed([json]);
}

function parseLines(text: string): RawRecord[] {
  const records: RawRecord[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    try {
      records.push({ index: records.length, value: JSON.parse(line) as unknown });
    } catch {
      records.push({ index: records.length, fault: "this line is not JSON" });
    }
    // Far past the bound nothing is learned from the rest.
    if (records.length > MAX_EVENTS) break;
  }
  return records;
}
