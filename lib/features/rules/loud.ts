import type pg from "pg";
import { transaction } from "@/lib/db/db";
import { MINUTES } from "@/lib/db/tier-rows";
import { FAILURE_COLUMNS } from "@/lib/db/usage-columns";
import type { Rule } from "@/lib/domain/alerting/rule";
import { type Screen, screenOf } from "@/lib/domain/alerting/screen";
import { HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { binIncrement } from "@/lib/domain/usage/histogram";
import type { TotalsMetric } from "@/lib/domain/usage/metric";
import { ceilBucket, type Range, TIER_KEPT_MS } from "@/lib/domain/usage/window";
import { binned, rangeCondition, rowsWithin } from "../usage/totals";
import type { HistoryContext } from "./history-base";

/** The spans in which an instance has to be stepped, ascending and apart, with what its windows reach back to. */
export interface Loud {
  /** By instance. */
  active: ReadonlyMap<string, readonly Range[]>;
  /** What has to be read: spans of keys, apart for each key. */
  reads: readonly (Range & { keyId: number })[];
}

/** From here on, reading everything is quicker than reading parts. */
const MOST_SPANS = 20_000;
const MOST_SHARE = 0.5;

const sumOf = (columns: readonly string[]) => columns.map((name) => `coalesce(u.${name}, 0)`).join(" + ");
const FAILURES = sumOf(FAILURE_COLUMNS);
const THROTTLED = sumOf(["rate_limited", "quota_exhausted"]);
const COUNTED: Partial<Record<TotalsMetric, string>> = {
  requests: "requests",
  errors: FAILURES,
  error_rate: FAILURES,
  throttled: THROTTLED,
  throttle_rate: THROTTLED,
  input_tokens: "input_tokens",
  output_tokens: "output_tokens",
  total_tokens: "input_tokens + output_tokens",
  cost_usd: "cost_micros",
};

/**
 * Where within [from, to) a rule's instances can be anything but ok, by coarse totals; null where these rule out too
 * little. Outside of it, instances that start ok stay ok.
 */
export async function findLoud(rule: Rule, span: Range, context: HistoryContext): Promise<Loud | null> {
  const fine = screenOf(rule);
  if (fine === null) return null;
  const members = [...context.fleet.members(rule.scope)];
  const screen = (by: Screen, within?: Loud["reads"]) =>
    transaction(context.client, async (client) => {
      // Months of minutes are sorted in memory, and not worth compiling for.
      await client.query("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off");
      const found = await readBlocks(client, rule, { span, screen: by, members, within, context });
      return found.length > MOST_SPANS ? null : spansOf(found, span, { rule, screen: by, members });
    });
  if (fine.blockMs >= HOUR) return screen(fine);
  // Minutes are many: where hours rule the condition out, they are not looked at.
  const coarse = await screen({ ...fine, blockMs: HOUR, frameMs: ceilBucket(fine.frameMs, HOUR) });
  if (coarse !== null && coarse.reads.length === 0) return coarse;
  const begin = span.from - fine.frameMs - fine.blockMs;
  if (begin < context.now - TIER_KEPT_MS.minute + HOUR) return coarse;
  return screen(fine, coarse?.reads);
}

type Members = readonly (readonly [instance: string, keyIds: readonly number[]])[];
type Block = readonly [index: number, block: number, next: number | null];

/** The blocks in which the condition is possible, with the instance's next block that has any event. */
async function readBlocks(
  client: pg.PoolClient,
  rule: Rule,
  on: {
    span: Range;
    screen: Screen;
    members: Members;
    within: Loud["reads"] | undefined;
    context: HistoryContext;
  },
): Promise<Block[]> {
  const { span, screen, members, within } = on;
  const { fleet } = on.context;
  const { consumer } = rule.scope;
  const range = { from: span.from - screen.frameMs - screen.blockMs, to: span.to };
  const keys = members.flatMap(([, ids], index) => ids.map((id) => [id, index] as const));
  const values: unknown[] = [keys.map(([id]) => id), keys.map(([, index]) => index)];
  const table = screen.blockMs >= HOUR ? "usage_hour" : MINUTES;
  const rows =
    within === undefined
      ? `${table} u`
      : rowsWithin({ table, column: "bucket", alias: "u", range }, within, values);
  const conditions = [rangeCondition("u.bucket", range, values)];
  const sources = fleet.sourceIds(rule.scope);
  if (sources !== undefined) conditions.push(`u.source_id = ANY($${values.push([...sources])}::int4[])`);
  if (consumer !== undefined)
    conditions.push(`u.consumer_id = $${values.push(fleet.consumerId(consumer) ?? -1)}`);
  const least = rule.metric === "cost_usd" ? screen.atLeast * 1e6 * (1 - 1e-9) : screen.atLeast;
  const { rows: found } = await client.query<[index: number, block: number, next: number | null]>({
    text: `WITH blocks AS (
             SELECT m.index, ${binned("u.bucket", screen.blockMs)} AS block, sum(${counted(rule, screen)})::float8 AS counted,
                    sum(u.requests)::float8 AS requests
               FROM ${rows} JOIN unnest($1::int8[], $2::int4[]) AS m(key_id, index) ON m.key_id = u.key_id
              WHERE ${conditions.join(" AND ")} GROUP BY 1, 2)
           SELECT index, block, next FROM (
             SELECT index, block, lead(block) OVER (PARTITION BY index ORDER BY block) AS next,
                    sum(counted) OVER frame AS counted, sum(requests) OVER frame AS requests
               FROM blocks WINDOW frame AS (PARTITION BY index ORDER BY block
                     RANGE BETWEEN interval '${screen.frameMs / 1_000} s' PRECEDING AND CURRENT ROW)) sums
            WHERE counted >= $${values.push(least)}::float8 AND requests >= $${values.push(screen.minRequests)}::float8
            ORDER BY 1, 2 LIMIT ${MOST_SPANS + 1}`,
    values,
    rowMode: "array",
  });
  return found;
}

function counted(rule: Rule, { slowBin }: Screen): string {
  if (slowBin !== null)
    return `CASE WHEN u.latency >= ${binIncrement(slowBin)}::numeric OR slowest_of(u.samples) >= ${slowBin} THEN 1 ELSE 0 END`;
  return COUNTED[rule.metric as TotalsMetric] ?? "requests";
}

function spansOf(
  rows: readonly Block[],
  { from, to }: Range,
  { rule, screen, members }: { rule: Rule; screen: Screen; members: Members },
): Loud | null {
  const { blockMs, frameMs } = screen;
  const active = new Map<string, Range[]>();
  for (const [index, block, next] of rows) {
    // Without a later event the windows hold what they held until it has left them.
    const held = Math.min(next ?? Number.POSITIVE_INFINITY, block + blockMs + frameMs);
    // What fires then recovers, and may keep firing; the next whole minute sees the end of it.
    const end = Math.max(held, block + blockMs) + rule.keepFiringForMs + 2 * MINUTE;
    const instance = members[index]?.[0] ?? "";
    const spans = active.get(instance) ?? [];
    active.set(instance, spans);
    add(spans, { from: Math.max(from, block), to: end }, to);
  }
  const reads = members.flatMap(([instance, ids]) => {
    const spans: Range[] = [];
    for (const span of active.get(instance) ?? []) add(spans, { from: span.from - frameMs, to: span.to }, to);
    return ids.flatMap((keyId) => spans.map((span) => ({ keyId, ...span })));
  });
  const keys = members.reduce((sum, [, ids]) => sum + ids.length, 0);
  const share = reads.reduce((sum, span) => sum + span.to - span.from, 0) / Math.max(1, keys * (to - from));
  return share > MOST_SHARE || reads.length > MOST_SPANS ? null : { active, reads };
}

/** Adds a span to those before it, joined where they touch. */
function add(spans: Range[], span: Range, most: number): void {
  const last = spans.at(-1);
  const to = Math.min(most, span.to);
  if (to <= span.from) return;
  if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, to);
  else spans.push({ from: span.from, to });
}
