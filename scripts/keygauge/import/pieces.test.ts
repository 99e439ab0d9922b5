import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delimiterOf, rowsOf } from "./csv";
import { linesOf, type Piece, type Place } from "./lines";

async function* chunked(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function all<T>(pieces: AsyncIterable<Piece<T>[]>): Promise<Piece<T>[]> {
  const found: Piece<T>[] = [];
  for await (const group of pieces) found.push(...group);
  return found;
}

const START: Place = { offset: 0, line: 1 };
const lines = async (content: string, size: number, from = START) =>
  (await all(linesOf(chunked(Buffer.from(content).subarray(from.offset), size), from))).map((piece) => ({
    ...piece,
    content: piece.content?.toString(),
  }));
const rows = (content: string, size: number, from = START) =>
  all(rowsOf(chunked(Buffer.from(content).subarray(from.offset), size), ",", from));

/** However the bytes come, and from whichever piece reading goes on, the pieces are the same. */
async function expectSteady<T>(read: (size: number, from?: Place) => Promise<Piece<T>[]>, sizes: number[]) {
  const whole = await read(1 << 20);
  for (const size of sizes) expect(await read(size)).toEqual(whole);
  for (const [i, { next }] of whole.entries()) expect(await read(7, next)).toEqual(whole.slice(i + 1));
  return whole;
}

describe("lines", () => {
  it("have their numbers, and the last may lack its end", async () => {
    expect(await lines("a\n\nbé\r\nc", 3)).toEqual([
      { line: 1, content: "a", next: { offset: 2, line: 2 } },
      { line: 2, content: "", next: { offset: 3, line: 3 } },
      { line: 3, content: "bé\r", next: { offset: 8, line: 4 } },
      { line: 4, content: "c", next: { offset: 9, line: 5 } },
    ]);
  });

  it("over 16 MiB are dropped, the next one is read", async () => {
    const long = "x".repeat(16 * 1024 * 1024 + 1);
    const found = await lines(`${long}\nb\n`, 1 << 20);
    expect(found.map(({ line, content }) => [line, content])).toEqual([
      [1, undefined],
      [2, "b"],
    ]);
    expect(found[1]?.next).toEqual({ offset: long.length + 3, line: 3 });
  });

  it("are the same however the bytes come and wherever reading goes on", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a", "é", "\n", "\r\n", "{}"), { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (parts, size) => {
          const content = parts.join("");
          const whole = await expectSteady((chunk, from) => lines(content, chunk, from), [size]);
          expect(whole.map((piece) => piece.content).join("\n")).toBe(content.replace(/\n$/, ""));
        },
      ),
      { numRuns: 50 },
    ));
});

describe("rows", () => {
  it("know quotes, line ends in cells and empty lines; a stray quote is a character", async () => {
    const content = 'a,"x\r\ny"\r\n\r\n"q""r",\r\nst"ray,"clo"sed\r\nshort\n';
    const found = await rows(content, 4);
    expect(found.map(({ line, content: cells }) => [line, cells])).toEqual([
      [1, ["a", "x\r\ny"]],
      [4, ['q"r', ""]],
      [5, ['st"ray', '"clo"sed']],
      [6, ["short"]],
    ]);
  });

  it("end where a quote is not closed, with its line", async () => {
    const found: Piece<string[]>[] = [];
    const reading = async () => {
      for await (const group of rowsOf(chunked(Buffer.from('a,b\n1,"2\n3,4\n'), 5), ",", START))
        found.push(...group);
    };
    await expect(reading()).rejects.toThrow("Line 2: a quote is opened and not closed.");
    expect(found.map(({ content }) => content)).toEqual([["a", "b"]]);
  });

  it("are the same however the bytes come and wherever reading goes on", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.stringMatching(/^[aé,"\n ]{0,4}$/), { minLength: 2, maxLength: 3 }), {
          maxLength: 6,
        }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 9 }),
        async (table, end, size) => {
          const quoted = (cell: string) => (/[,"\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
          const content = table.map((cells) => cells.map(quoted).join(",") + end).join("");
          const whole = await expectSteady((chunk, from) => rows(content, chunk, from), [size]);
          expect(whole.map((piece) => piece.content)).toEqual(table);
        },
      ),
      { numRuns: 50 },
    ));
});

it.each([
  ["time,key,status", ","],
  ["time;key;a,b", ";"],
  ["time\tkey", "\t"],
  ['"a,b,c"|key', "|"],
  ["key", ","],
])("the delimiter of %j is %j", (header, delimiter) => {
  expect(delimiterOf(header)).toBe(delimiter);
});
