import { afterAll, beforeAll, expect } from "vitest";
import { GET as listKeysRoute } from "@/app/api/v1/keys/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { HOUR } from "@/lib/domain/usage/duration";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { call } from "./call";
import { createRuntime } from "./database";
import { type IngestServer, startIngest } from "./ingest";

/** A whole hour, two hours ago: everything the tests look at happened after it. */
export const START = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;

const A = { key: "sk-usage-a-0123456789", provider: "openai", key_name: "A", pool: "chat" };
const B = { key: "sk-usage-b-0123456789", provider: "openai", key_name: "B" };
const C = { key: "sk-usage-c-0123456789", provider: "mistral", key_name: "C" };

/** The endpoint on a database of its own that holds five events of three keys, from START on. */
export function usageStage() {
  const stage = {} as {
    runtime: Runtime & { close(): Promise<void> };
    server: IngestServer;
    /** A viewer's. */
    token: string;
    /** Of the keys, by name. */
    ids: Record<string, string>;
  };
  beforeAll(async () => {
    setLogLevel("silent");
    stage.runtime = await createRuntime();
    stage.server = await startIngest(stage.runtime);
    stage.token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "viewer" } })).token;
    const at = (ms: number) => START + ms;
    const answer = await stage.server.post([
      {
        ...A,
        id: "first",
        time: at(5_000),
        status: 200,
        latency_ms: 100,
        input_tokens: 10,
        output_tokens: 5,
        cached_tokens: 4,
        cost_usd: 0.25,
        model: "m1",
        route: "/chat?key=secret",
        consumer: "team",
        client_ip: "203.0.113.1",
        tags: { env: "prod" },
      },
      { ...A, time: at(15_000), status: 429, latency_ms: 200, model: "m1", client_ip: "203.0.113.2" },
      { ...A, time: at(15_500), status: 200, latency_ms: 300, model: "m2", client_ip: "203.0.113.2" },
      { ...B, time: at(65_000), status: 500, consumer: "other team" },
      { ...C, time: at(HOUR + 1_000), status: 402, cost_usd: 1 },
    ]);
    expect(answer.body).toMatchObject({ accepted: 5 });
    const keys = await call(listKeysRoute, { token: stage.token });
    stage.ids = Object.fromEntries(
      (keys.body.data as KeyDto[]).map(({ name, id }): [string, string] => [name ?? "", id]),
    );
  });
  afterAll(async () => {
    await stage.server.close();
    await stage.runtime.close();
  });
  return stage;
}
