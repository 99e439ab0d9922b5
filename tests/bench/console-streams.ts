import { Agent, type ClientRequest, get } from "node:http";
import { ADMIN_TOKEN } from "@/tests/support/server";

/** Open connections to the live stream. */
export interface Streams {
  /** Resolves when every stream has told of use since the call, with the instant (`performance.now()`) it did. */
  heard(): Promise<number>;
  close(): void;
}

const OPENED_AT_ONCE = 50;

/** Opens `count` live streams; resolves when all have begun. */
export async function openStreams(url: string, count: number): Promise<Streams> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const requests: ClientRequest[] = [];
  let waiting = new Set<number>();
  let done: (() => void) | undefined;
  const open = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const request = get(
        `${url}/api/v1/stream`,
        { agent, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } },
        (response) => {
          if (response.statusCode !== 200) return reject(new Error(`stream: HTTP ${response.statusCode}`));
          resolve();
          response.on("data", (chunk: Buffer) => {
            if (!chunk.includes("event: usage")) return;
            waiting.delete(index);
            if (waiting.size === 0) done?.();
          });
          response.on("error", () => {});
        },
      );
      request.on("error", reject);
      requests.push(request);
    });
  for (let first = 0; first < count; first += OPENED_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - first) }, (_, i) => first + i);
    await Promise.all(some.map(open));
  }
  return {
    heard() {
      waiting = new Set(requests.keys());
      return new Promise((resolve) => {
        done = () => resolve(performance.now());
      });
    },
    close() {
      for (const request of requests) request.destroy();
      agent.destroy();
    },
  };
}
