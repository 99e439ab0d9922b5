import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { setLogLevel } from "@/lib/log";
import { startHeartbeat } from "@/lib/worker/heartbeat";
import { maintain } from "@/lib/worker/maintenance";
import { createRuntime } from "../support/database";
import { startIngest } from "../support/ingest";

let runtime: Awaited<ReturnType<typeof createRuntime>>;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

describe("maintenance", () => {
  /** Tables of events, attached or not. */
  const eventTables = async () => {
    const { rows } = await runtime.db.pool.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE 'usage_event_p%' ORDER BY 1",
    );
    return rows.map(({ name }) => name);
  };
  /** A partition that should go, and one that should come. */
  const disorder = async () => {
    const before = await eventTables();
    await runtime.db.pool.query(`DROP TABLE "${before.at(-1)}"`);
    await runtime.db.pool.query(
      "CREATE TABLE usage_event_p20200101 PARTITION OF usage_event FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')",
    );
    return before;
  };

  it("makes the partitions that are missing and drops those past retention", async () => {
    const before = await disorder();
    expect(await maintain(runtime)).toBe(true);
    expect(await eventTables()).toEqual(before);
    const { rows } = await runtime.db.pool.query(
      `SELECT i.inhparent::regclass::text AS parent, c.reloptions AS options,
              (SELECT count(*) FROM pg_index x JOIN pg_inherits j ON j.inhrelid = x.indexrelid WHERE x.indrelid = c.oid) AS indexes
         FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relname = $1`,
      [before.at(-1)],
    );
    expect(rows).toEqual([{ parent: "usage_event", options: ["fillfactor=100"], indexes: 2 }]);
  });

  it("keeps nobody waiting while the oldest partition is being read, and drops it afterwards", async () => {
    const { pool } = runtime.db;
    const server = await startIngest(runtime);
    const before = await disorder();
    const reader = await pool.connect();
    await reader.query("BEGIN; SELECT count(*) FROM usage_event");
    const running = maintain(runtime);
    let waiting = 0;
    while (waiting === 0) {
      const { rows } = await pool.query<{ n: number }>(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ 'usage_event_p20200101'",
      );
      waiting = rows[0]?.n ?? 0;
    }
    // Of this database: those of other tests are copies, in which the table has the same oid.
    const { rows: locks } = await pool.query(
      `SELECT mode FROM pg_locks WHERE relation = 'usage_event'::regclass AND mode IN ('ExclusiveLock', 'AccessExclusiveLock')
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    expect(locks).toEqual([]);
    // Neither a write nor another read waits for the reader, which is still there.
    expect(await server.post({ key: "sk-while-being-read", time: Date.now() })).toMatchObject({
      status: 200,
    });
    expect((await pool.query("SELECT count(*) AS n FROM usage_event")).rows).toEqual([{ n: 1 }]);
    expect(await running).toBe(true);
    expect(await eventTables()).toEqual(["usage_event_p20200101", ...before]);

    await reader.query("COMMIT");
    reader.release();
    expect(await maintain(runtime)).toBe(true);
    expect(await eventTables()).toEqual(before);
    await server.close();
  });

  it("drops what an interrupted run had detached", async () => {
    const before = await eventTables();
    await runtime.db.pool.query("CREATE TABLE usage_event_p20200102 (LIKE usage_event)");
    expect(await maintain(runtime)).toBe(true);
    expect(await eventTables()).toEqual(before);
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
