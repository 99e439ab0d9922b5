import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "@/lib/errors";

/** A file, or a stream that can be read once. */
export interface Input {
  /** For people: without its folders. */
  name: string;
  /** Bytes on disk; null of a stream. */
  size: number | null;
  /** The same for the same content; null of a stream, which cannot be continued. */
  identity: string | null;
  /** The beginning of the content, decompressed. */
  head: Buffer;
  /** The content from this offset on, decompressed; of a stream only once. */
  read(from: number): AsyncIterable<Buffer>;
  /** Bytes on disk up to where it has been read. */
  bytesRead(): number;
  /** Ends a read that is waiting. */
  stop(): void;
}

const MIB = 1024 * 1024;

/** Opens a path, or the standard input for "-". Throws `not_found` or `bad_request` with the line to print. */
export async function openInput(path: string): Promise<Input> {
  const size = path === "-" ? null : await sizeOf(path);
  return size === null
    ? openStream(path === "-" ? process.stdin : createReadStream(path))
    : openFile(path, size);
}

async function openFile(path: string, size: number): Promise<Input> {
  const gzipped = isGzip(await sample(path, 0));
  let raw: Readable | undefined;
  let bytes = 0;
  const read = (from: number) => {
    const start = gzipped ? 0 : from;
    bytes = start;
    raw = createReadStream(path, { start, highWaterMark: MIB / 4 });
    const chunks = counted(raw, (length) => {
      bytes += length;
    });
    return gzipped ? skipped(gunzipped(chunks), from) : chunks;
  };
  const { head, rest } = await beheaded(read(0), MIB);
  await rest.return?.();
  return {
    name: basename(path),
    size,
    identity: await identityOf(path, size),
    head,
    read,
    bytesRead: () => bytes,
    stop: () => raw?.destroy(),
  };
}

async function openStream(raw: Readable): Promise<Input> {
  let bytes = 0;
  const chunks = counted(raw, (length) => {
    bytes += length;
  });
  const magic = await beheaded(chunks, 2);
  const plain = joined(magic.head, magic.rest);
  const { head, rest } = await beheaded(isGzip(magic.head) ? gunzipped(plain) : plain, MIB);
  return {
    name: "standard input",
    size: null,
    identity: null,
    head,
    read: (from) => skipped(joined(head, rest), from),
    bytesRead: () => bytes,
    stop: () => raw.destroy(),
  };
}

/** Null of what is no ordinary file: a pipe. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new AppError("bad_request", `${path} is a folder: give one file.`);
    return found.isFile() ? found.size : null;
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "ENOENT") throw cause;
    throw new AppError("not_found", `There is no file ${path}.`, { cause });
  }
}

/** Of size, first and last MiB: a log that has grown since is another file. */
async function identityOf(path: string, size: number): Promise<string> {
  const hash = createHash("sha256").update(`${size}\0`);
  hash.update(await sample(path, 0)).update(await sample(path, Math.max(0, size - MIB)));
  return hash.digest("base64url");
}

async function sample(path: string, position: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MIB), 0, MIB, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;

async function* counted(stream: Readable, onRead: (length: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    onRead((chunk as Buffer).length);
    yield chunk as Buffer;
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // Its error is thrown where the result is read.
  pipeline(source, gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || !/^Z_/.test(String(cause.code))) throw cause;
    throw new AppError("bad_request", "The gzip data is damaged or cut off.", { cause });
  }
}

/** The first `length` bytes or more, fewer of what is shorter, and the iterator with what follows. */
async function beheaded(
  source: AsyncIterable<Buffer>,
  length: number,
): Promise<{ head: Buffer; rest: AsyncIterator<Buffer> }> {
  const rest = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  for (let size = 0; size < length; ) {
    const { done, value } = await rest.next();
    if (done === true) break;
    chunks.push(value);
    size += value.length;
  }
  return { head: Buffer.concat(chunks), rest };
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* skipped(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of source) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
