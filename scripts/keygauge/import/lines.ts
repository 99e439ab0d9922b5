/** A place in a file's content: the byte where the line of this number (from 1) begins. */
export interface Place {
  offset: number;
  line: number;
}

/** One line or, of a CSV file, one row that may span several. */
export interface Piece<T> {
  /** Its first line. */
  line: number;
  content: T;
  /** Where the next one begins. */
  next: Place;
}

/** Past this many bytes a line is dropped, so that memory stays bounded. */
const MAX_LINE = 16 * 1024 * 1024;
const LF = 10;

/**
 * The lines of a content that begins at `from`, as many together as a chunk completes; null stands for one that is over
 * 16 MiB long.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  from: Place,
): AsyncGenerator<Piece<Buffer | null>[]> {
  let { offset, line } = from;
  let begun: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer, ended: boolean): Piece<Buffer | null> => {
    length += part.length;
    const content = length > MAX_LINE ? null : begun.length === 0 ? part : Buffer.concat([...begun, part]);
    offset += length + (ended ? 1 : 0);
    begun = [];
    length = 0;
    const number = line++;
    return { line: number, content, next: { offset, line } };
  };
  for await (const chunk of chunks) {
    const pieces: Piece<Buffer | null>[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      pieces.push(take(chunk.subarray(start, end), true));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.length;
    if (length > MAX_LINE) begun = [];
    else if (rest.length > 0) begun.push(rest);
    if (pieces.length > 0) yield pieces;
  }
  if (length > 0) yield [take(Buffer.alloc(0), false)];
}
