import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "@/lib/errors";

export const MAX_BODY = 5 * 1024 * 1024;
/** A body that has not arrived by then holds a connection, nothing else. */
const BODY_TIMEOUT_MS = 30_000;

/** What other gateways' exporters gather into one request; OTLP asks receivers for as much. */
export const MAX_FOREIGN_BODY = 20 * 1024 * 1024;

const tooLarge = (limit: number) =>
  new AppError("too_large", `The body is larger than ${limit / 1024 / 1024} MiB (after decompression).`);

/**
 * Reads a whole body, decompressed, up to `limit` bytes. Throws too_large, bad_request (broken gzip, aborted) or
 * unsupported_type (an encoding that is not gzip).
 */
export function readBody(
  request: Readable,
  header: (name: string) => string | undefined,
  limit = MAX_BODY,
): Promise<Buffer> {
  const encoding = (header("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip" && encoding !== "x-gzip") {
    throw new AppError(
      "unsupported_type",
      `Content-Encoding: expected gzip or none, got ${encoding.slice(0, 40)}`,
    );
  }
  if (Number(header("content-length") ?? 0) > limit) throw tooLarge(limit);
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
      if (size > limit) done(tooLarge(limit));
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
