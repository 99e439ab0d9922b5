import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { MINUTES } from "@/lib/db/tier-rows";
import { startCli } from "../support/cli";
import { createRuntime } from "../support/database";

const KEY = "sk-import-0123456789abcdefghij";
const RUN_WITHIN = { timeout: 60_000, interval: 50 };

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let folder: string;

beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "keygauge-import-"));
  await runtime.db.pool.query(
    "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt, key_status, api_key, source CASCADE",
  );
  await runtime.db.pool.query("DELETE FROM setting WHERE name LIKE 'import:%'");
  return () => rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const url = () => runtime.env.databaseUrl ?? "";
const run = (args: string[], input?: string | Buffer) =>
  startCli(url(), ["import", ...args], input === undefined ? {} : { input }).ended;
const BASE = Date.now() - 7_200_000;
const at = (index: number) => new Date(BASE + index * 100).toISOString();
const rows = async <T extends pg.QueryResultRow>(sql: string) => (await runtime.db.pool.query<T>(sql)).rows;
const count = async (table: string, what = "count(*)") =>
  (await rows<{ n: number }>(`SELECT ${what}::int8 AS n FROM ${table}`))[0]?.n;

describe("CSV", () => {
  test("columns by their own names, by --map and --set, each as its field's type", async () => {
    const path = file(
      "calls.csv",
      `\ufeffWhen;API key;Status;latency_ms;Client IP;stream;tags;tags.team;note\r\n` +
        `${at(0)};${KEY};429;12.5;203.0.113.7;true;"{""env"":""prod""}";search;ignored\r\n` +
        `${at(1)};${KEY};200;;;no;;"a ""quoted""; name\r\non two lines";\r\n`,
    );
    const args = [path, "--map", "time=When,key=API key", "--set", "provider=OpenAI", "--source", "archive"];
    const { code, out, err } = await run(args);
    expect(out).toMatch(
      /^Imported calls.csv: accepted 2 · duplicates 0 · rejected 0 · [\d.]+ s · [\d,]+ events\/s\n$/,
    );
    expect(code, err).toBe(0);
    expect(
      await rows(
        `SELECT e.status, e.latency_ms, host(e.client_ip) AS ip, d.value::jsonb AS tags, k.provider, k.hint, s.name
           FROM usage_event e JOIN api_key k ON k.id = e.key_id JOIN source s ON s.id = e.source_id
           JOIN dictionary d ON d.id::text = e.tags ORDER BY moment`,
      ),
    ).toEqual([
      {
        ...{ status: 429, latency_ms: 12.5, ip: "203.0.113.7" },
        ...{ tags: { env: "prod", team: "search" }, provider: "openai", hint: "…ghij", name: "archive" },
      },
      {
        ...{ status: 200, latency_ms: null, ip: null },
        ...{
          tags: { team: 'a "quoted"; name\r\non two lines' },
          provider: "openai",
          hint: "…ghij",
          name: "archive",
        },
      },
    ]);
    for (const tier of ["usage_10s", MINUTES, "usage_hour"])
      expect(await count(tier, "sum(requests)")).toBe(2);
  });

  test("rejected lines are named by number, field and reason, never shown; the exit code says so", async () => {
    const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
    const path = file(
      "bad.csv",
      [
        "time,key,provider,status",
        `${at(0)},${KEY},openai,200`,
        `${at(1)},${KEY},openai,teapot-secret`,
        `${at(2)},${KEY}`,
        `${old},${KEY},openai,200`,
        "",
        `,${KEY},openai,200`,
        "2026-11-20 10:00:00,x,openai,200",
      ].join("\n"),
    );
    const rejects = join(folder, "rejects.ndjson");
    const { code, out, err } = await run([path, "--rejects", rejects]);
    expect(code).toBe(1);
    expect(out).toContain("accepted 1 · duplicates 0 · rejected 5");
    expect(out).toContain("rejected 1: time: is older than the 30 days that events are kept");
    const found = readFileSync(rejects, "utf8").trim().split("\n");
    expect(found.map((line) => JSON.parse(line) as unknown)).toEqual([
      { line: 3, field: "status", message: "expected 0 (no response) or a whole number from 100 to 599" },
      { line: 4, field: "provider", message: "the row has 2 cells, its header 4" },
      { line: 5, field: "time", message: "is older than the 30 days that events are kept" },
      { line: 7, field: "time", message: "is required; --set time=TIME gives one to those without" },
      { line: 8, field: "time", message: expect.stringContaining("--time-zone") },
    ]);
    expect(err).toContain("Line 3: status: expected 0");
    for (const text of [out, err, found.join()]) {
      expect(text).not.toContain(KEY);
      expect(text).not.toContain("teapot-secret");
    }
  });

  test("a file that cannot be read as asked stores nothing and says what to do", async () => {
    const path = file("calls.csv", `when,secret\n${at(0)},${KEY}\n`);
    const cases: [string[], number, RegExp][] = [
      [[path, "--map", "time=when"], 1, /No column is the key: name one with --map key=COLUMN/],
      [[path, "--map", "kee=secret"], 2, /an event has no field "kee"/],
      [[join(folder, "none.csv")], 1, /There is no file /],
    ];
    for (const [args, exit, says] of cases) {
      const { code, err } = await run(args);
      expect(err).toMatch(says);
      expect(code, err).toBe(exit);
    }
    expect(await count("usage_event")).toBe(0);
  });
});

describe("NDJSON and log files", () => {
  test("events without an id count once however often the file comes, alike lines apart", async () => {
    const line = (index: number) => JSON.stringify({ time: at(index), key: KEY, status: 200 });
    const path = file("calls.ndjson", [line(0), line(1), line(0), "{broken", "", line(2)].join("\n"));
    expect((await run([path])).out).toContain("accepted 4 · duplicates 0 · rejected 1");
    expect((await run([path])).out).toContain("accepted 0 · duplicates 4 · rejected 1");
    // In another file as well, since the source is the same.
    const { out, err } = await run([file("more.ndjson", [line(0), line(3)].join("\n"))]);
    expect(out).toContain("accepted 1 · duplicates 1 · rejected 0");
    expect(err).toContain("Reading more.ndjson (ndjson) into the source import");
    expect(await count("usage_event")).toBe(5);
  });

  test("the standard input, gzipped", async () => {
    const lines = [0, 1, 2].map((index) => `{"id":"${index}","time":"${at(index)}","key":"${KEY}"}\n`);
    expect((await run(["-"], gzipSync(lines.join("")))).out).toContain("accepted 3 ");
    expect((await run(["-", "--format", "ndjson"], lines.join(""))).out).toContain(
      "accepted 0 · duplicates 3 ",
    );
  });

  test("damaged gzip says so; what came before is stored", async () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, i) => `{"id":"${i}","time":"${at(i % 100)}","key":"${KEY}"}\n`,
    );
    const whole = gzipSync(lines.join(""));
    const path = file("cut.ndjson.gz", whole.subarray(0, Math.floor(whole.length * 0.9)));
    const { code, err, out } = await run([path]);
    expect(err).toContain("The gzip data is damaged or cut off.");
    expect(out).toContain("Stopped in cut.ndjson.gz");
    expect(code).toBe(1);
    expect(await count("usage_event")).toBeGreaterThan(0);
  });

  test("a gateway's log file is recognised by its records", async () => {
    const record = (index: number) => ({
      request: { id: `r${index}`, method: "POST", uri: "/v1/chat?api_key=hidden", size: 100, headers: {} },
      response: { status: 200, size: 20, headers: {} },
      latencies: { request: 40, kong: 1, proxy: 39 },
      started_at: Date.parse(at(index)),
      client_ip: "203.0.113.9",
      consumer: { username: "search" },
    });
    // Kong writes one object a line, or its whole batch as an array.
    const text = `${JSON.stringify(record(0))}\n${JSON.stringify([record(1), record(2)])}\n`;
    const { out, err } = await run([
      file("kong.log", text),
      "--set",
      "pool=chat",
      "--set",
      "provider=openai",
    ]);
    expect(err).toContain("Reading kong.log (kong)");
    expect(out).toContain("accepted 3 · duplicates 0 · rejected 0");
    expect((await run([file("again.log", text), "--set", "provider=openai"])).out).toContain("duplicates 3 ");
    expect(await rows("SELECT name FROM pool")).toEqual([{ name: "chat" }]);
    expect(await rows("SELECT format FROM source")).toEqual([{ format: "kong" }]);
  });
});

/**
 * Runs the import until its second batch is stored and its progress is about to be kept, and holds it there: the database
 * then knows more than the progress says.
 */
async function holdInSecondBatch(args: string[]) {
  const LOCK = 42;
  const holder = new pg.Client({ connectionString: url() });
  await holder.connect();
  await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
  await holder.query(
    `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.name LIKE 'import:%' AND (NEW.value->'place'->>'line')::int > 5000 THEN PERFORM pg_advisory_xact_lock(${LOCK}); END IF;
       RETURN NEW; END $$;
     CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON setting FOR EACH ROW EXECUTE FUNCTION hold()`,
  );
  const started = startCli(url(), ["import", ...args]);
  const session = await vi.waitFor(async () => {
    const { rows: found } = await holder.query<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`,
    );
    expect(found.length).toBe(1);
    return found[0]?.pid;
  }, RUN_WITHIN);
  return {
    async kill() {
      started.child.kill("SIGKILL");
      expect((await started.ended).code).toBeNull();
      // Its session would otherwise still keep the progress when the lock is let go.
      await holder.query("SELECT pg_terminate_backend($1, 10000)", [session]);
      await holder.query("DROP TRIGGER hold ON setting; DROP FUNCTION hold()");
      await holder.end();
    },
    async interrupt() {
      started.child.kill("SIGINT");
      await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
      const ended = await started.ended;
      await holder.query("DROP TRIGGER hold ON setting; DROP FUNCTION hold()");
      await holder.end();
      return ended;
    },
  };
}

describe("an import that does not come to its end", () => {
  const LINES = 10_000;

  test.each([
    { name: "plain CSV without ids", packed: false, ids: false },
    { name: "gzipped CSV with ids", packed: true, ids: true },
  ])("that was killed goes on where it was and stores each event once: $name", async ({ packed, ids }) => {
    const lines = Array.from({ length: LINES }, (_, i) => {
      // Two alike lines, one on each side of the kept progress.
      const n = !ids && i === 9_000 ? 3_000 : i;
      return `${ids ? `id-${n},` : ""}${at(n)},${KEY}-${n % 50},200`;
    });
    const text = `${ids ? "id," : ""}time,key,status\n${lines.join("\n")}\n`;
    const path = packed ? file("calls.csv.gz", gzipSync(text)) : file("calls.csv", text);
    await (await holdInSecondBatch([path])).kill();
    expect(await count("usage_event")).toBe(8_000);

    const { code, out, err } = await run([path]);
    expect(err).toContain("Going on at line 4002;");
    // 4,000 lines of the first run were not stored again; of the rest, the second batch was there.
    expect(out).toContain("accepted 6,000 · duplicates 4,000 · rejected 0");
    expect(code, err).toBe(0);
    expect(await count("usage_event")).toBe(LINES);
    expect(await count("usage_hour", "sum(requests)")).toBe(LINES);
    expect(await rows("SELECT name FROM setting WHERE name LIKE 'import:%'")).toEqual([]);

    expect((await run([path])).out).toContain("accepted 0 · duplicates 10,000 · rejected 0");
  });

  test("is ended by Ctrl-C after the batch at hand", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `{"id":"${i}","time":"${at(i)}","key":"${KEY}"}`);
    const path = file("calls.ndjson", lines.join("\n"));
    const { code, out } = await (await holdInSecondBatch([path])).interrupt();
    expect(code).toBe(130);
    expect(out).toContain("The same command goes on from here.");
    const stored = await count("usage_event");
    expect(stored).toBeLessThan(60_000);
    expect((await run([path])).out).toContain("accepted 60,000 · duplicates 0 · rejected 0");
    expect(await count("usage_event")).toBe(60_000);
  });
});
