import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import { postEvents } from "../support/ingest";
import {
  createInstallation,
  type Installation,
  type ServerProcess,
  startServer,
  INGEST_TOKEN as token,
} from "../support/server";

const REQUESTS = 10;
const KEYS_EACH = 10_000;

let installation: Installation;
let server: ServerProcess;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir });
});

afterAll(async () => {
  await server?.stop();
  await installation?.remove();
});

test("100,000 distinct keys are all registered, in bounded memory, while others are served", async () => {
  let busy = true;
  const others = (async () => {
    let served = 0;
    for (; busy; served++) {
      const answer = await postEvents(server.url, [{ key: "sk-other-abcdefghijkl", status: 200 }], { token });
      expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
    }
    return served;
  })();
  for (let request = 0; request < REQUESTS; request++) {
    const events = Array.from({ length: KEYS_EACH }, (_, i) => ({
      id: `many-${request}-${i}`,
      key: `sk-many-${request}-${String(i).padStart(6, "0")}-abcdefghijkl`,
      provider: "openai",
      status: 200,
    }));
    expect(await postEvents(server.url, events, { token })).toMatchObject({
      status: 200,
      body: { accepted: KEYS_EACH, duplicates: 0, rejected: 0 },
    });
  }
  busy = false;
  const served = await others;

  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  try {
    const { rows } = await pool.query(
      "SELECT (SELECT count(*) FROM api_key)::int8 AS keys, (SELECT count(*) FROM usage_event)::int8 AS events, (SELECT sum(requests) FROM usage_hour)::int8 AS counted",
    );
    const events = REQUESTS * KEYS_EACH + served;
    expect(rows[0]).toEqual({ keys: REQUESTS * KEYS_EACH + 1, events, counted: events });
  } finally {
    await pool.end();
  }
}, 120_000);
