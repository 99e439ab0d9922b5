import { type Fields, isObject } from "../fields";

/** Where log shippers put the line they read: fluent-bit and containerd, Vector and syslog, journald, fluent-bit's merge key. */
const LINE_FIELDS = ["log", "message", "MESSAGE", "log_processed"];
/** A line in a container's log in a shipper's record is two deep. */
const MAX_WRAPPERS = 3;

/**
 * The record inside what a log shipper wrapped around it (`{"date": …, "log": "{…}"}`), beside the wrapper's other fields,
 * over which its own win. Null when there is none.
 */
export function shippedRecord(record: Fields): Fields | null {
  let found: Fields | null = null;
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const next = unwrapped(found ?? record);
    if (next === null) break;
    found = next;
  }
  return found;
}

function unwrapped(record: Fields): Fields | null {
  for (const field of LINE_FIELDS) {
    const { [field]: line, ...wrapper } = record;
    const inner = isObject(line) ? line : typeof line === "string" ? parsed(line) : null;
    if (inner !== null) return { ...wrapper, ...inner };
  }
  return null;
}

/** Container runtimes and syslog write before the line, so what stands before its first brace is skipped. */
function parsed(line: string): Fields | null {
  const start = line.indexOf("{");
  if (start === -1) return null;
  try {
    const value: unknown = JSON.parse(line.slice(start));
    return isObject(value) ? value : null;
  } catch {
    // Not JSON is an answer here: the shipper also sends lines of other programs.
    return null;
  }
}
