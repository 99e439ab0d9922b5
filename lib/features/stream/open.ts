import { searchInput, usageScopeSchema } from "@/lib/domain/usage/query";
import { parseQuery } from "@/lib/errors";
import { hub } from "./hub";

/**
 * GET /stream as server-sent events: `usage` (touched keys and their 10 s deltas), `changed` (an entity was written) and
 * `alive`. `?key=` (repeatable) narrows usage to some keys.
 */
export function openStream(params: URLSearchParams, signal: AbortSignal): Response {
  const { key } = parseQuery(usageScopeSchema, searchInput(params, ["key"]));
  const encoder = new TextEncoder();
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
          keys: key.length === 0 ? null : new Set(key.map(Number)),
          send(text) {
            controller.enqueue(encoder.encode(text));
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
