import { searchInput } from "@/lib/domain/usage/query";
import { parseQuery } from "@/lib/errors";
import { hub } from "./hub";
import { streamSchema } from "./schemas";

/**
 * GET /stream as server-sent events: `usage` (touched keys and their 10 s deltas), `changed` (an entity was written),
 * `missed` (what changed is no longer known) and `alive`. `?key=` (repeatable) narrows usage to some keys; `?since=`, or
 * the header Last-Event-ID, has the opening tell what came after that message.
 */
export function openStream(params: URLSearchParams, { headers, signal }: Request): Response {
  const input = searchInput(params, ["key"]);
  // A browser that reconnects by itself repeats the address, and knows better.
  const lastId = headers.get("last-event-id");
  const { key, since } = parseQuery(streamSchema, lastId ? { ...input, since: lastId } : input);
  let leave: (() => void) | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const close = () => {
          leave?.();
          leave = undefined;
          try {
            controller.close();
          } catch {
            // Closed by the other side already.
          }
        };
        leave = hub().subscribe({
          since: since ?? null,
          keys: key.length === 0 ? null : new Set(key.map(Number)),
          send(bytes) {
            controller.enqueue(bytes);
            return -(controller.desiredSize ?? 0);
          },
          drop: close,
        });
        signal.addEventListener("abort", close, { once: true });
      },
      cancel() {
        leave?.();
        leave = undefined;
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}
