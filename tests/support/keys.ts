import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { GET as getKeyRoute, PATCH as patchKeyRoute } from "@/app/api/v1/keys/[id]/route";
import { GET as listKeysRoute } from "@/app/api/v1/keys/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { call } from "./call";
import { createRuntime } from "./database";
import { type IngestServer, startIngest } from "./ingest";

export const RAW = "sk-live-0123456789abcdefghijq9Rk";

/** The endpoint on a database of its own, without any key at the start of each test. */
export function keysStage() {
  const stage = {} as {
    runtime: Runtime & { close(): Promise<void> };
    server: IngestServer;
    /** An operator's. */
    token: string;
  };
  beforeAll(async () => {
    setLogLevel("silent");
    stage.runtime = await createRuntime();
    stage.server = await startIngest(stage.runtime);
    stage.token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "operator" } })).token;
  });
  afterAll(async () => {
    await stage.server.close();
    await stage.runtime.close();
  });
  beforeEach(async () => {
    const { rows } = await stage.runtime.db.pool.query<{ id: number }>("SELECT id FROM api_key");
    await stage.runtime.db.pool.query(
      "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt, key_status, key_limit, api_key, pool, audit_entry CASCADE",
    );
    // What is remembered of keys goes with them.
    for (const { id } of rows) stage.runtime.changed.emit({ entity: "key", id: String(id) });
  });

  const list = async (query = "") => {
    const answer = await call(listKeysRoute, { token: stage.token, path: `/api/v1/keys${query}` });
    expect(answer.status).toBe(200);
    return answer.body as unknown as { data: KeyDto[]; next_cursor: string | null; total: number };
  };
  const get = async (id: string) => {
    const answer = await call(getKeyRoute, { token: stage.token, params: { id } });
    expect(answer.status).toBe(200);
    return answer.body as unknown as KeyDto;
  };
  const patch = (id: string, body: unknown) =>
    call(patchKeyRoute, { token: stage.token, method: "PATCH", body, params: { id } });
  /** Posts events of one key and returns the key. */
  async function send(...events: Record<string, unknown>[]): Promise<KeyDto> {
    const answer = await stage.server.post(
      events.map((event) => ({ key: RAW, provider: "openai", ...event })),
    );
    expect(answer.body).toMatchObject({ accepted: events.length, rejected: 0 });
    const { data } = await list();
    const id = data[0]?.id;
    if (id === undefined) throw new Error("The events made no key");
    return get(id);
  }

  return Object.assign(stage, { list, get, patch, send });
}
