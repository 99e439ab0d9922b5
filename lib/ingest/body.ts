import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "@/lib/errors";
import { type Place, Roster } from "@/lib/roster";
import type { RawRequest } from "@/lib/runtime";

const MIB = 1024 * 1024;

export const MAX_BODY = 5 * MIB;
/** What other gateways' exporters gather into one request; OTLP asks receivers for as much. */
export const MAX_FOREIGN_BODY = 20 * MIB;

export interface BodyLimits {
  /** For one body to arrive whole. */
  arriveMs: number;
  /** For the rest of a refused body to arrive, unread, so that its sender gets to the answer. */
  lingerMs: number;
  /** Bytes of all bodies that arrive or whose events wait, decompressed. */
  inFlight: number;
}

export const BODY_LIMITS: BodyLimits = { arriveMs: 30_000, lingerMs: 5_000, inFlight: 64 * MIB };

/** A body that has not arrived yet. */
interface Arriving {
  /** When its latest piece came, counted in pieces of all bodies. */
  latest: number;
  refuse(error: AppError): void;
}

/**
 * The bodies of one process, in bounded memory. When all of them hold too much, the one that has made no progress for
 * longest is refused, so that slow senders take no room from the others.
 */
export class Bodies {
  #held = 0;
  #pieces = 0;
  /** Those of which a piece is there. */
  readonly #arriving = new Roster<Arriving>();

  constructor(private readonly limits: BodyLimits = BODY_LIMITS) {}

  /**
   * Reads a body whole, decompressed, up to `max` bytes, and hands it to `work`; its bytes count until that is done.
   * Throws too_large, timeout, bad_request (broken gzip, cut off), unsupported_type (an encoding that is not gzip) or
   * unavailable (too many bytes under way).
   */
  async use<T>(request: RawRequest, max: number, work: (body: Buffer) => Promise<T>): Promise<T> {
    const { header, body: stream } = request;
    const encoding = (header("content-encoding") ?? "identity").trim().toLowerCase();
    if (encoding !== "identity" && encoding !== "gzip" && encoding !== "x-gzip") {
      throw new AppError(
        "unsupported_type",
        `Content-Encoding: expected gzip or none, got ${encoding.slice(0, 40)}`,
      );
    }
    if (Number(header("content-length") ?? 0) > max) throw tooLarge(max);
    const zipped = encoding !== "identity";
    const body = await this.#read(stream, zipped, max, zipped ? 0 : Number(header("content-length") ?? 0));
    try {
      return await work(body);
    } finally {
      this.#held -= body.length;
    }
  }

  /** `announced`: the length that the sender stated, 0 when it did not. */
  #read(stream: Readable, zipped: boolean, max: number, announced: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      // One buffer of the announced length takes half of the room of pieces that are joined in the end.
      const whole = announced >= WHOLE ? Buffer.allocUnsafeSlow(announced) : undefined;
      const chunks: Buffer[] = [];
      let size = 0;
      const gunzip = zipped ? createGunzip() : undefined;
      const source = gunzip === undefined ? stream : stream.pipe(gunzip);
      const settle = () => {
        clearTimeout(timer);
        if (place !== undefined) this.#arriving.remove(place);
        source.removeListener("data", onData);
        // What still arrives is read and dropped, so that the sender gets to read the answer.
        if (gunzip !== undefined) stream.unpipe(gunzip);
        gunzip?.destroy();
      };
      const refuse = (error: AppError) => {
        settle();
        this.#held -= size;
        size = 0;
        stream.resume();
        reject(error);
      };
      const arriving: Arriving = { latest: 0, refuse };
      let place: Place<Arriving> | undefined;
      const timer = setTimeout(
        () =>
          refuse(new AppError("timeout", `The body did not arrive within ${this.limits.arriveMs / 1000} s.`)),
        this.limits.arriveMs,
      );
      const onData = (chunk: Buffer) => {
        size += chunk.length;
        this.#held += chunk.length;
        if (size > max) return refuse(tooLarge(max));
        if (whole !== undefined && size > announced) {
          return refuse(new AppError("bad_request", "The body is longer than its Content-Length."));
        }
        if (whole === undefined) chunks.push(chunk);
        else chunk.copy(whole, size - chunk.length);
        arriving.latest = ++this.#pieces;
        place ??= this.#arriving.add(arriving);
        if (this.#held > this.limits.inFlight) this.#makeRoom();
      };
      source.on("data", onData);
      source.once("end", () => {
        settle();
        const body = joined(chunks, whole?.subarray(0, size));
        // What `use` gives back is no longer this body's to give.
        size = 0;
        resolve(body);
      });
      gunzip?.once("error", (cause) =>
        refuse(new AppError("bad_request", "The body is not valid gzip.", { cause })),
      );
      stream.once("error", (cause) =>
        refuse(new AppError("bad_request", "The body was cut off.", { cause })),
      );
      stream.once("aborted", () => refuse(new AppError("bad_request", "The body was cut off.")));
    });
  }

  #makeRoom(): void {
    const longestFirst = this.#arriving.members().sort((a, b) => a.latest - b.latest);
    for (const arriving of longestFirst) {
      if (this.#held <= this.limits.inFlight) return;
      arriving.refuse(
        new AppError("unavailable", "Too many bytes of requests are under way.", { retryAfterS: 1 }),
      );
    }
  }
}

/** From so many bytes on a body is read into one buffer. */
const WHOLE = 16 * 1024;

function joined(chunks: readonly Buffer[], whole: Buffer | undefined): Buffer {
  if (whole !== undefined) return whole;
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

const tooLarge = (max: number) =>
  new AppError("too_large", `The body is larger than ${max / MIB} MiB (after decompression).`);
