import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";
import { failingChannels } from "@/lib/features/channels/failing";
import { authenticate } from "@/lib/http/authenticate";
import { problem } from "@/lib/http/problem";
import { log } from "@/lib/log";
import { metrics, registry } from "@/lib/metrics";

/** Answers GET /metrics; false leaves the request to the next handler. Other hosts than loopback need a management token. */
export function handleMetrics(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") return false;
  void answer(request, response);
  return true;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (!isLocal(request)) {
      const headers = new Headers();
      if (request.headers.authorization !== undefined)
        headers.set("authorization", request.headers.authorization);
      if ((await authenticate(headers)) === null) {
        throw new AppError("unauthenticated", "Send a management token as Authorization: Bearer <token>.");
      }
    }
    await countFailing();
    response.writeHead(200, { "content-type": registry.contentType, "cache-control": "no-store" });
    response.end(await registry.metrics());
  } catch (error) {
    const refusal = problem(error, { path: "/metrics" });
    response.writeHead(refusal.status, Object.fromEntries(refusal.headers)).end(await refusal.text());
  }
}

/** While the database is away the metric keeps what it was. */
async function countFailing(): Promise<void> {
  try {
    metrics.channelsFailing.set((await failingChannels()).length);
  } catch (error) {
    log.warn({ err: error }, "Failing channels cannot be counted");
  }
}

/** A proxy on this host speaks for somebody else: what it forwards is not local. */
const isLocal = (request: IncomingMessage): boolean =>
  /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? "") &&
  request.headers["x-forwarded-for"] === undefined;
