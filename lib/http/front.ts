import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { log } from "@/lib/log";

const compress = promisify(gzip);
/** Below this, packing an answer costs more than it saves. */
const PACKED_FROM = 1_024;

const EVENT_STREAM = "text/event-stream";

type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;

/**
 * Answers GET of these paths with their route handlers, before Next is asked: its way to a handler takes longer than the
 * reading, and what it keeps of a stream is five times the stream. The returned function says whether it took the request.
 */
export function frontOf(
  routes: Readonly<Record<string, RouteHandler>>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const handlers = new Map(Object.entries(routes));
  return (request, response) => {
    if (request.method !== "GET") return false;
    const target = request.url ?? "";
    const handler = handlers.get(target.split("?", 1)[0] ?? "");
    if (handler === undefined) return false;
    void answer(handler, target, request, response);
    return true;
  };
}

async function answer(
  handler: RouteHandler,
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
    }
    const found = await handler(new Request(new URL(target, "http://localhost"), { headers }), {
      params: Promise.resolve({}),
    });
    for (const [name, value] of found.headers) response.setHeader(name, value);
    if (found.body !== null && found.headers.get("content-type")?.startsWith(EVENT_STREAM)) {
      // It lasts as long as its connection: in chunks, each message to each reader would be four writes of one.
      response.removeHeader("Transfer-Encoding");
      response.writeHead(found.status);
      return await pour(found.body, response);
    }
    const body = Buffer.from(await found.arrayBuffer());
    const isPacked =
      body.length >= PACKED_FROM && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    response.setHeader("Vary", "Accept-Encoding");
    if (isPacked) response.setHeader("Content-Encoding", "gzip");
    response.writeHead(found.status).end(isPacked ? await compress(body) : body);
  } catch (error) {
    log.error({ err: error }, "A request could not be answered");
    if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
    response.end("Keygauge failed to answer. Its log says why.\n");
  }
}

/** Passes a body on as it comes, no faster than it is read, until it ends or the reader is gone. */
async function pour(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  response.once("close", () => void reader.cancel());
  response.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!response.write(value)) await drained(response);
  }
  response.end();
}

/** Resolves when more may be written, or never will. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const settle = () => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
