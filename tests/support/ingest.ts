import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { hashToken, newId, newToken } from "@/lib/crypto";
import { MINUTES } from "@/lib/db/tier-rows";
import { createIngest, type Ingest, type IngestOptions } from "@/lib/ingest/ingest";
import type { Runtime } from "@/lib/runtime";
import { createRuntime } from "./database";

export interface IngestAnswer {
  status: number;
  headers: Headers;
  body: {
    accepted?: number;
    duplicates?: number;
    rejected?: number;
    errors?: { index: number; field: string; message: string }[];
    detail?: string;
  };
}

export interface PostOptions {
  headers?: Record<string, string>;
  token?: string | null;
  raw?: BodyInit;
}

export interface IngestServer {
  url: string;
  token: string;
  sourceId: number;
  ingest: Ingest;
  /** As postEvents does, with the source's token. */
  post(body: unknown, options?: PostOptions): Promise<IngestAnswer>;
  close(): Promise<void>;
}

/** A source with a token, as commands make it, for tests that are not about sources. */
export async function createSourceRow(runtime: Runtime, id: number, name: string): Promise<string> {
  const token = newToken("kgi");
  await runtime.db.prisma.source.create({ data: { id, name, keyFrom: [] } });
  await runtime.db.prisma.token.create({
    data: {
      id: newId("tok"),
      kind: "ingest",
      name,
      hash: Uint8Array.from(hashToken(token)),
      hint: token.slice(-4),
      sourceId: id,
      createdBy: "test",
    },
  });
  return token;
}

/** The ingest endpoint on a loopback port, in front of nothing. */
export async function startIngest(
  runtime: Runtime,
  options: IngestOptions = {},
  sourceId = 7001,
): Promise<IngestServer> {
  const token = await createSourceRow(runtime, sourceId, `gateway ${sourceId}`);
  const ingest = createIngest(runtime, options);
  const server = createServer((request, response) => {
    if (!ingest.handle(request, response)) response.writeHead(404).end();
  });
  // On a busy machine a test may pause for longer than Node keeps an idle connection, and lose the race for it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token,
    sourceId,
    ingest,
    post: (body, options) => postEvents(url, body, { token, ...options }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await ingest.close();
    },
  };
}

/** Posts JSON unless a body and its headers are given. */
export async function postEvents(
  url: string,
  body: unknown,
  { headers: given, token = null, raw }: PostOptions,
): Promise<IngestAnswer> {
  const headers = new Headers({ "content-type": "application/json", ...given });
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers,
    body: raw ?? JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as IngestAnswer["body"],
  };
}

/** The endpoint on a database of its own, emptied before each test, with a check that every tier says what the events say. */
export function ingestStage() {
  const stage = {} as {
    runtime: Runtime & { close(): Promise<void> };
    server: IngestServer;
    /** A number from a table: its rows, or what is asked for. */
    count(table: string, what?: string): Promise<number>;
    expectTiersToAgree(): Promise<void>;
  };
  beforeAll(async () => {
    stage.runtime = await createRuntime();
    stage.server = await startIngest(stage.runtime);
  });
  afterAll(async () => {
    await stage.server.close();
    await stage.runtime.close();
  });
  beforeEach(async () => {
    // Keys that the endpoint remembers would not be written again after the table was emptied.
    const { rows } = await stage.runtime.db.pool.query<{ id: string }>("SELECT id::text FROM api_key");
    for (const { id } of rows) stage.runtime.changed.emit({ entity: "key", id });
    await stage.runtime.db.pool.query(
      "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, usage_breakdown, usage_seal, event_receipt, key_status, key_limit, api_key, pool CASCADE",
    );
  });
  stage.count = async (table, what = "count(*)") => {
    const { rows } = await stage.runtime.db.pool.query<{ n: number }>(
      `SELECT ${what}::int8 AS n FROM ${table} t`,
    );
    return rows[0]?.n ?? 0;
  };
  stage.expectTiersToAgree = async () => {
    const events = await stage.count("usage_event");
    for (const tier of ["usage_10s", MINUTES, "usage_hour"]) {
      expect(await stage.count(tier, "coalesce(sum(requests), 0)")).toBe(events);
    }
  };
  return stage;
}
