import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { problem } from "./problem";

/**
 * Ingest as a route handler: the same code as the fast lane that `server.ts` puts in front to spare a request Next's own
 * work, for a server without one.
 */
export async function ingestRoute(request: Request): Promise<Response> {
  const { pathname: path, search } = new URL(request.url);
  const answer = runtime().ingest?.({
    method: request.method,
    path,
    search,
    header: (name) => request.headers.get(name) ?? undefined,
    body: request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as ReadableStream),
  });
  if (!answer) {
    return problem(new AppError("unavailable", "Ingest is not open.", { retryAfterS: 1 }), { path });
  }
  const { status, headers, body } = await answer;
  return new Response(body, { status, headers });
}
