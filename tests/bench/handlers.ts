import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createClient } from "@/lib/db/client";
import { ByteWriter } from "@/lib/domain/bytes";
import { packLimits } from "@/lib/domain/signals/packed";
import type { StatedLimit } from "@/lib/domain/signals/types";
import { writeDetail } from "@/lib/domain/usage/detail";
import { momentOf } from "@/lib/domain/usage/moment";

export const HANDLER_FLAG = "--handler";

export interface Handler {
  port: number;
  end(): Promise<void>;
}

/**
 * A server to compare ours with, in a process of its own on `node:http`. Without a database it reads the body, parses it
 * and answers 204; with one it hands the parsed events to Prisma's createMany, as a route handler commonly does.
 */
export async function startHandler(databaseUrl?: string): Promise<Handler> {
  const url = databaseUrl === undefined ? [] : [databaseUrl];
  const child = fork(fileURLToPath(import.meta.url), [HANDLER_FLAG, ...url], { stdio: "inherit" });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", resolve as (port: unknown) => void);
    child.once("exit", (code) => reject(new Error(`The server to compare with ended (exit code ${code})`)));
  });
  return { port, end: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.disconnect();
  });
}

/** What the process does, until its parent is gone. */
export function handle(databaseUrl: string | undefined): void {
  process.on("disconnect", () => process.exit(0));
  const store = databaseUrl === undefined ? undefined : createMany(databaseUrl);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      try {
        const events = JSON.parse(Buffer.concat(chunks).toString()) as SentEvent[];
        if (store === undefined) response.writeHead(204).end();
        else response.end(JSON.stringify({ accepted: await store(events) }));
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

interface SentEvent {
  id: string;
  time: string;
  key: string;
  key_name: string;
  pool: string;
  consumer: string;
  model: string;
  operation: string;
  method: string;
  route: string;
  region: string;
  user_agent: string;
  error_type?: string;
  client_ip: string;
  status: number;
  latency_ms: number;
  ttft_ms?: number;
  retry_after_s?: number;
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  request_bytes: number;
  response_bytes: number;
  attempt: number;
  stream: boolean;
  cache_hit: boolean;
  tags: Record<string, string>;
  ratelimit?: StatedLimit[];
}

const numberOf = (event: SentEvent) => BigInt(event.id.slice(event.id.lastIndexOf("-") + 1));

function detailOf(event: SentEvent, idOf: (text: string) => number): Uint8Array<ArrayBuffer> {
  const to = new ByteWriter();
  writeDetail(
    {
      operationId: idOf(event.operation),
      methodId: idOf(event.method),
      regionId: idOf(event.region),
      agentId: idOf(event.user_agent),
      errorTypeId: event.error_type === undefined ? null : idOf(event.error_type),
      reasonId: null,
      ttftMs: event.ttft_ms ?? null,
      retryAfterS: event.retry_after_s ?? null,
      cachedTokens: event.cached_tokens,
      requestBytes: event.request_bytes,
      responseBytes: event.response_bytes,
      attempt: event.attempt,
      stream: event.stream,
      cacheHit: event.cache_hit,
      ratelimit: event.ratelimit === undefined ? null : packLimits(event.ratelimit),
    },
    to,
  );
  return Uint8Array.from(to.written);
}

/** Stores events through Prisma's createMany into usage_event: no checks, no tiers, ids from a map in memory. */
function createMany(databaseUrl: string): (events: SentEvent[]) => Promise<number> {
  const prisma = createClient(databaseUrl);
  const ids = new Map<string, number>();
  const idOf = (text: string): number => {
    const known = ids.get(text) ?? ids.size + 100;
    ids.set(text, known);
    return known;
  };
  return async (events) => {
    const { count } = await prisma.usageEvent.createMany({
      skipDuplicates: true,
      data: events.map((event) => ({
        keyId: BigInt(idOf(event.key)),
        moment: momentOf(Date.parse(event.time), numberOf(event)),
        eventId: numberOf(event),
        costMicros: BigInt(Math.round(event.cost_usd * 1e6)),
        sourceId: 1,
        consumerId: idOf(event.consumer),
        modelId: idOf(event.model),
        routeId: idOf(event.route),
        latencyMs: event.latency_ms,
        inputTokens: event.input_tokens,
        outputTokens: event.output_tokens,
        status: event.status,
        outcome: event.status === 200 ? 0 : 6,
        clientIp: event.client_ip,
        tags: JSON.stringify(event.tags),
        detail: detailOf(event, idOf),
      })),
    });
    return count;
  };
}
