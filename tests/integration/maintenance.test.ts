import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { MINUTES } from "@/lib/db/tier-rows";
import { DAY, MINUTE } from "@/lib/domain/usage/duration";
import { firstMoment } from "@/lib/domain/usage/moment";
import { floorBucket } from "@/lib/domain/usage/window";
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
      `CREATE TABLE usage_event_p20200101 PARTITION OF usage_event FOR VALUES FROM (${firstMoment(Date.UTC(2020, 0, 1))}) TO (${firstMoment(Date.UTC(2020, 0, 2))})`,
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

  it("makes minutes of the 10 s that are no longer kept, whose use counts once at any time", async () => {
    const { pool } = runtime.db;
    const from = floorBucket(Date.now(), DAY) - 4 * DAY;
    const name = `usage_10s_p${new Date(from).toISOString().slice(0, 10).replaceAll("-", "")}`;
    const at = (ms: number) => `'${new Date(ms).toISOString()}'`;
    await pool.query(`
      CREATE TABLE ${name} PARTITION OF usage_10s FOR VALUES FROM (${at(from)}) TO (${at(from + DAY)});
      INSERT INTO usage_10s (key_id, bucket, input_tokens, output_tokens, cost_micros, source_id, consumer_id, requests, timeout, latency, samples)
      SELECT 7, ${at(from)}::timestamptz + n * interval '10 s', 10, 1, 0, 1, 0, 8, CASE WHEN n = 4 THEN 2 END, 1000000000000,
             CASE WHEN n < 8 THEN '\\x00010101010101'::bytea END
        FROM generate_series(0, 8639) AS n WHERE n < 9 OR n = 8639;
      INSERT INTO usage_minute (key_id, bucket, input_tokens, output_tokens, cost_micros, source_id, consumer_id, requests, samples)
      VALUES (7, ${at(from)}, 1, 1, 1, 1, 0, 1, '\\x02')`);
    const total = `SELECT sum(requests)::int8 AS n FROM ${MINUTES} m WHERE key_id = 7`;
    expect((await pool.query(total)).rows).toEqual([{ n: 81 }]);
    expect(await maintain(runtime)).toBe(true);
    expect((await pool.query(total)).rows).toEqual([{ n: 81 }]);
    const { rows } = await pool.query(
      `SELECT bucket - ${from} AS at, requests, input_tokens, timeout, latency, encode(samples, 'hex') AS samples FROM (
         SELECT extract(epoch FROM bucket)::int8 * 1000 AS bucket, requests, input_tokens, timeout, latency, samples
           FROM usage_minute WHERE key_id = 7) m ORDER BY 1`,
    );
    // Of 6 rows the samples are too many for bytes, of 2 they are not.
    expect(rows).toEqual([
      {
        at: 0,
        requests: 49,
        input_tokens: 61,
        timeout: 2,
        latency: "42000000000006",
        samples: "02",
      },
      {
        at: 60_000,
        requests: 24,
        input_tokens: 30,
        timeout: null,
        latency: "3000000000000",
        samples: "0001010101010100010101010101",
      },
      {
        at: DAY - MINUTE,
        requests: 8,
        input_tokens: 10,
        timeout: null,
        latency: "1000000000000",
        samples: null,
      },
    ]);
    expect((await pool.query("SELECT to_regclass($1) AS name", [name])).rows).toEqual([{ name: null }]);
    await pool.query("DELETE FROM usage_minute");
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
