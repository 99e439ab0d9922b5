import type pg from "pg";
import { MINUTES, MOST_SAMPLES } from "@/lib/db/tier-rows";
import { EVENT_AMOUNT_COLUMNS, FAILURE_COLUMNS, failureCode } from "@/lib/db/usage-columns";
import { DAY } from "@/lib/domain/usage/duration";
import { floorBucket, TIER_KEPT_MS } from "@/lib/domain/usage/window";
import { connected } from "./yardsticks";

/** Connections that fill at the same time, a day each. */
const WORKERS = 2;

/**
 * Fills up to `events` stored events over the days before `to`: rows like those the server has stored, with other ids and
 * times. All tiers are then made anew from the events. Throws when they do not add up.
 */
export async function fillHistory(
  databaseUrl: string,
  { events, days, to }: { events: number; days: number; to: number },
): Promise<void> {
  const from = to - days * DAY;
  const known = await connected(databaseUrl, async (client) => {
    await client.query(
      "CREATE UNLOGGED TABLE bench_template AS SELECT row_number() OVER () AS n, e.* FROM usage_event e",
    );
    await client.query("ANALYZE bench_template");
    const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM bench_template");
    return rows[0]?.n ?? 0;
  });
  const missing = events - known;
  const every = (days * DAY) / missing;
  const copied = await eventColumns(databaseUrl);
  await eachDay(databaseUrl, from, to, (client, day) => {
    const first = Math.ceil((day.from - from) / every);
    const last = Math.ceil((day.to - from) / every) - 1;
    return client.query(
      `INSERT INTO usage_event (key_id, moment, event_id, ${copied.join(", ")})
       SELECT t.key_id, (s.at << 22) + (s.i & 4194303), s.i, ${copied.map((name) => `t.${name}`).join(", ")}
         FROM (SELECT i, floor($1::float8 + i * $2::float8)::int8 AS at, 1 + floor(random() * $3)::int AS n
                 FROM generate_series($4::int, $5::int) AS i) s JOIN bench_template t USING (n) ORDER BY 1, 2`,
      [from, every, known, first, Math.min(last, missing - 1)],
    );
  });
  await connected(databaseUrl, (client) =>
    client.query("DROP TABLE bench_template; TRUNCATE usage_10s, usage_minute, usage_hour"),
  );
  const fine = floorBucket(to - TIER_KEPT_MS["10s"], DAY);
  await eachDay(databaseUrl, from, Date.now(), async (client, { from, to }) => {
    const range = [from, to].map((ms) => new Date(ms).toISOString());
    await client.query(from >= fine ? tier("usage_10s", "10 s") : tier("usage_minute", "1 minute"), range);
    await client.query(tier("usage_hour", "1 hour"), range);
  });
  await connected(databaseUrl, async (client) => {
    await client.query("VACUUM (ANALYZE) usage_event, usage_10s, usage_minute, usage_hour");
    const { rows } = await client.query<Record<string, string>>(
      `SELECT (SELECT count(*) FROM usage_event) AS events, (SELECT sum(requests) FROM ${MINUTES} m) AS minute,
              (SELECT sum(requests) FROM usage_hour) AS hour`,
    );
    if (Object.values(rows[0] ?? {}).some((count) => Number(count) !== events))
      throw new Error(`Of ${events} events there are: ${JSON.stringify(rows[0])}`);
  });
}

/** The columns of an event that a copy keeps. */
async function eventColumns(databaseUrl: string): Promise<string[]> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'usage_event'::regclass AND attnum > 0 AND NOT attisdropped
          AND attname <> ALL(ARRAY['key_id', 'moment', 'event_id'])`,
    ),
  );
  return rows.map(({ name }) => name);
}

const BIN =
  "least(150, greatest(0, ceil(ln(greatest(latency_ms, 1)::float8) / ln(1.1::float8) - 1e-9)::int))";

/**
 * One tier's rows of the events in [$1, $2), with the sums that the ingest statement makes, its few latencies as bytes,
 * and in the order in which it would have begun them.
 */
function tier(table: string, size: string): string {
  const sums = [
    ...EVENT_AMOUNT_COLUMNS.map((name) => `coalesce(sum(${name}), 0)::int8`),
    "count(*)",
    ...FAILURE_COLUMNS.map((name) => `nullif(count(*) FILTER (WHERE outcome = ${failureCode(name)}), 0)`),
    `CASE WHEN count(latency_ms) > ${MOST_SAMPLES} THEN sum(latency_unit(latency_ms)) END`,
    `CASE WHEN count(latency_ms) BETWEEN 1 AND ${MOST_SAMPLES}
          THEN string_agg(set_byte('\\x00', 0, ${BIN}), ''::bytea) FILTER (WHERE latency_ms IS NOT NULL) END`,
  ];
  const names = [...EVENT_AMOUNT_COLUMNS, "requests", ...FAILURE_COLUMNS, "latency", "samples"];
  return `INSERT INTO ${table} (key_id, bucket, source_id, consumer_id, ${names.join(", ")})
    SELECT key_id, date_bin('${size}', event_at(moment), 'epoch'), source_id, consumer_id, ${sums.join(", ")}
      FROM usage_event WHERE moment >= moment_at($1) AND moment < moment_at($2) GROUP BY 1, 2, 3, 4 ORDER BY 2, 1`;
}

type Day = { from: number; to: number };

async function eachDay(
  databaseUrl: string,
  from: number,
  to: number,
  work: (client: pg.Client, day: Day) => Promise<unknown>,
): Promise<void> {
  const days: Day[] = [];
  for (let at = from; at < to; at = floorBucket(at, DAY) + DAY)
    days.push({ from: at, to: Math.min(to, floorBucket(at, DAY) + DAY) });
  const worker = () =>
    connected(databaseUrl, async (client) => {
      for (let day = days.shift(); day !== undefined; day = days.shift()) await work(client, day);
    });
  await Promise.all(Array.from({ length: WORKERS }, worker));
}
