import { z } from "zod";
import { AppError } from "@/lib/errors";

/** `limit` and `cursor` of every list. */
export const pageSchema = z.object({
  limit: z.coerce
    .number({ error: "expected a whole number from 1 to 500" })
    .int("expected a whole number from 1 to 500")
    .min(1, "expected a whole number from 1 to 500")
    .max(500, "expected a whole number from 1 to 500")
    .default(50),
  cursor: z.string().max(400).optional(),
});

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** A cursor is the sort key of the last row; opaque outside. */
export const encodeCursor = (parts: (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString("base64url");

/** Throws `invalid` on `cursor` when it was not made by encodeCursor with as many parts. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(parts) &&
      parts.length === length &&
      parts.every((part) => (typeof part === "string" && !part.includes("\0")) || Number.isFinite(part))
    ) {
      return parts;
    }
  } catch {
    // Falls through to the one error.
  }
  throw wrongCursor();
}

/** A cursor of [epoch ms, id], for lists sorted by a time and then by id. Throws `invalid`. */
export function decodeTimeCursor(cursor: string): { at: Date; id: string } {
  const [ms, id] = decodeCursor(cursor, 2);
  const at = new Date(typeof ms === "number" ? ms : Number.NaN);
  if (Number.isNaN(at.getTime()) || typeof id !== "string") throw wrongCursor();
  return { at, id };
}

const wrongCursor = () =>
  new AppError("invalid", "cursor: expected the next_cursor of an earlier page", {
    issues: [{ path: "cursor", message: "expected the next_cursor of an earlier page" }],
  });

/** Cuts `limit + 1` fetched rows to a page. */
export function toPage<Row, T>(
  rows: Row[],
  limit: number,
  toDto: (row: Row) => T,
  cursorOf: (row: Row) => (string | number)[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(toDto),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}
