import { ByteWriter } from "@/lib/domain/bytes";

type Cell = number | bigint | boolean | null;

/** Postgres types whose binary form is written here: their OID, their size in bytes, and how a value is written. */
const TYPES = {
  bool: {
    oid: 16,
    size: 1,
    write: (to: Buffer, value: Cell, at: number) => to.writeUInt8(value ? 1 : 0, at),
  },
  int2: {
    oid: 21,
    size: 2,
    write: (to: Buffer, value: Cell, at: number) => to.writeInt16BE(Number(value), at),
  },
  int4: {
    oid: 23,
    size: 4,
    write: (to: Buffer, value: Cell, at: number) => to.writeInt32BE(Number(value), at),
  },
  int8: { oid: 20, size: 8, write: writeInt8 },
  float4: {
    oid: 700,
    size: 4,
    write: (to: Buffer, value: Cell, at: number) => to.writeFloatBE(Number(value), at),
  },
  float8: {
    oid: 701,
    size: 8,
    write: (to: Buffer, value: Cell, at: number) => to.writeDoubleBE(Number(value), at),
  },
} as const;
export type PlainType = keyof typeof TYPES;

const HEADER = 20;
const LENGTH = 4;

/**
 * A Postgres array in its binary form (array_send): a third of the time that text takes here, and nothing to parse there.
 * Throws RangeError for a number that the type does not hold; an int8 given as number is one below 2^53.
 */
export function plainArray<Row>(
  type: PlainType,
  rows: readonly Row[],
  pick: (row: Row, index: number) => Cell,
): Buffer {
  const { oid, size, write } = TYPES[type];
  const buffer = Buffer.allocUnsafe(HEADER + rows.length * (LENGTH + size));
  let at = HEADER;
  let nulls = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = pick(rows[i] as Row, i);
    if (value === null) {
      nulls = 1;
      at = buffer.writeInt32BE(-1, at);
    } else {
      at = buffer.writeInt32BE(size, at);
      write(buffer, value, at);
      at += size;
    }
  }
  // One dimension, which begins at 1; an array of nothing has none.
  buffer.writeInt32BE(rows.length === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(nulls, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(rows.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer.subarray(0, rows.length === 0 ? 12 : at);
}

const WORD = 2 ** 32;

/** Two halves are quicker than a BigInt. */
function writeInt8(to: Buffer, value: Cell, at: number): void {
  if (typeof value === "bigint") {
    to.writeBigInt64BE(value, at);
    return;
  }
  const high = Math.floor(Number(value) / WORD);
  to.writeInt32BE(high, at);
  to.writeUInt32BE(Number(value) - high * WORD, at + 4);
}

/** A Postgres array literal of texts and null, of whatever type the texts are. */
export function textArray<Row>(
  rows: readonly Row[],
  pick: (row: Row, index: number) => string | null,
): string {
  let text = "";
  for (let i = 0; i < rows.length; i++) {
    const value = pick(rows[i] as Row, i);
    text += value === null ? ",NULL" : `,"${/[\\"]/.test(value) ? value.replace(/[\\"]/g, "\\$&") : value}"`;
  }
  return `{${text.slice(1)}}`;
}

const BYTEA = 17;

/** A Postgres array of byte strings in its binary form; `write` returns false, having written nothing, for null. */
export function bytesArray<Row>(
  rows: readonly Row[],
  write: (row: Row, index: number, to: ByteWriter) => boolean,
): Buffer {
  const to = new ByteWriter(HEADER + rows.length * 40);
  let nulls = 0;
  for (const value of [rows.length === 0 ? 0 : 1, 0, BYTEA, rows.length, 1]) to.int4(value);
  for (let i = 0; i < rows.length; i++) {
    const begins = to.length;
    to.int4(-1);
    if (write(rows[i] as Row, i, to)) to.int4(to.length - begins - LENGTH, begins);
    else nulls = 1;
  }
  to.int4(nulls, 4);
  const { written } = to;
  return Buffer.from(written.buffer, written.byteOffset, rows.length === 0 ? 12 : written.length);
}
