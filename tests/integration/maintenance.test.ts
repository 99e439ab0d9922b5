import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { setLogLevel } from "@/lib/log";
import { startHeartbeat } from "@/lib/worker/heartbeat";
import { maintain } from "@/lib/worker/maintenance";
import { createRuntime } from "../support/database";

let runtime: Awaited<ReturnType<typeof createRuntime>>;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

describe("maintenance", () => {
  it("makes the partitions that are missing and drops those past retention", async () => {
    const { pool } = runtime.db;
    const partitions = async () => {
      const { rows } = await pool.query<{ name: string }>(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_event'::regclass ORDER BY 1",
      );
      return rows.map(({ name }) => name);
    };
    const before = await partitions();
    const ahead = before.at(-1) ?? "";
    await pool.query(`DROP TABLE "${ahead}"`);
    await pool.query(
      "CREATE TABLE usage_event_p20200101 PARTITION OF usage_event FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')",
    );
    expect(await maintain(runtime)).toBe(true);
    expect(await partitions()).toEqual(before);
  });

  it("deletes what has ended and nothing else", async () => {
    const { pool } = runtime.db;
    await pool.query(`
      INSERT INTO event_receipt (source_id, event_id, received_at)
        SELECT 1, n, now() - interval '24 hours 1 second' FROM generate_series(1, 12001) AS n;
      INSERT INTO event_receipt (source_id, event_id, received_at)
        SELECT 2, n, now() - interval '23 hours 59 minutes' FROM generate_series(1, 3) AS n;
      INSERT INTO verification (id, identifier, value, expires_at, updated_at) VALUES
        ('old', 'a', 'b', now() - interval '1 second', now()), ('new', 'a', 'b', now() + interval '1 hour', now());
      INSERT INTO rate_limit (id, key, count, last_request) VALUES ('old', 'a', 1, 0), ('new', 'b', 1, 9e12);
    `);
    expect(await maintain(runtime)).toBe(true);
    const { rows } = await pool.query(
      "SELECT source_id, count(*) AS n FROM event_receipt GROUP BY source_id",
    );
    expect(rows).toEqual([{ source_id: 2, n: 3 }]);
    for (const table of ["verification", "rate_limit"]) {
      expect((await pool.query(`SELECT id FROM ${table}`)).rows).toEqual([{ id: "new" }]);
    }
  });

  it("does the rest when one part fails, and says so", async () => {
    const { pool } = runtime.db;
    await pool.query("ALTER TABLE event_receipt RENAME TO elsewhere");
    await pool.query(
      "INSERT INTO verification (id, identifier, value, expires_at, updated_at) VALUES ('old', 'a', 'b', now(), now())",
    );
    expect(await maintain(runtime)).toBe(false);
    expect((await pool.query("SELECT 1 FROM verification WHERE id = 'old'")).rows).toEqual([]);
    await pool.query("ALTER TABLE elsewhere RENAME TO event_receipt");
  });
});

describe("the heartbeat", () => {
  const answers: ServerResponse[] = [];
  let answer: (response: ServerResponse) => void;
  const server = createServer((_request, response) => {
    answers.push(response);
    answer(response);
    server.emit("beat");
  });
  const running: { stop(): Promise<void> }[] = [];
  const health = { evaluation: true, delivery: true };

  function start(timeoutMs = 5_000) {
    const { port } = server.address() as AddressInfo;
    const heartbeat = startHeartbeat(`http://127.0.0.1:${port}/secret`, () => health, {
      everyMs: 10,
      timeoutMs,
    });
    running.push(heartbeat);
    return heartbeat;
  }

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it("goes on through refusals and silence", async () => {
    let calls = 0;
    answer = (response) => {
      calls += 1;
      if (calls === 1) response.writeHead(500).end();
      else if (calls === 2) response.destroy();
      else if (calls > 3) response.end("ok");
    };
    start(50);
    while (calls < 5) await once(server, "beat");
    expect(calls).toBeGreaterThanOrEqual(5);
  });

  it.each(["evaluation", "delivery"] as const)("stays away while %s is not healthy", async (part) => {
    answer = (response) => void response.end("ok");
    let asked = 0;
    let during = 0;
    const { port } = server.address() as AddressInfo;
    const three = new Promise<void>((resolve) => {
      running.push(
        startHeartbeat(
          `http://127.0.0.1:${port}/secret`,
          () => {
            asked += 1;
            if (asked === 1) during = answers.length;
            if (asked === 4) resolve();
            return asked <= 3 ? { ...health, [part]: false } : health;
          },
          { everyMs: 10 },
        ),
      );
    });
    await three;
    expect(answers.length).toBe(during);
    await once(server, "beat");
  });

  it("ends a call under way when it is stopped", async () => {
    answer = () => {};
    const heartbeat = start(60_000);
    await once(server, "beat");
    await heartbeat.stop();
  });
});
