import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { SYSTEM } from "@/lib/domain/access/actor";
import { markedEvent } from "@/lib/domain/simulation/demo";
import type { EventSink } from "@/lib/domain/simulation/run";
import { rotateSourceToken } from "@/lib/features/sources/commands";
import type { Runtime } from "@/lib/runtime";

const AGAIN_MS = 1_000;

/**
 * Events of the demo traffic as requests to this process's own ingest, with a token that only this run knows. What is
 * refused for the moment is sent again under the same ids. Rejects when the token is not taken any more.
 */
export async function demoSink(runtime: Runtime, source: number, signal: AbortSignal): Promise<EventSink> {
  const { token } = await rotateSourceToken({ actor: SYSTEM, id: String(source) });
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  };
  return {
    async send(events) {
      const body = JSON.stringify(events.map(markedEvent));
      for (;;) {
        const answer = await runtime.ingest?.({
          method: "POST",
          path: "/api/v1/events",
          search: "",
          header: (name) => headers[name],
          body: Readable.from([Buffer.from(body)]),
        });
        if (answer?.status === 200 || answer?.status === 422) return;
        if (answer != null && answer.status !== 503) throw new Error(`Ingest answered ${answer.status}`);
        await sleep(AGAIN_MS, undefined, { signal });
      }
    },
    flush: async () => {},
  };
}
