import { z } from "zod";
import { type MetricUnit, metric } from "../usage/metric";
import { type GroupBy, searchInput, usageQuerySchema } from "../usage/query";
import { STEPS, type Step } from "../usage/steps";
import { EXPLORE_KINDS, type ExploreKind } from "./exploration";
import { checkRange, PRESETS, rangeQuery, type TimeRange } from "./range";

/** What an exploration can be narrowed by, in the order in which it is offered. */
export const EXPLORE_FILTERS = [
  "key",
  "pool",
  "provider",
  "source",
  "consumer",
  "model",
  "route",
  "status",
  "outcome",
] as const;
export type ExploreFilter = (typeof EXPLORE_FILTERS)[number];

export type SeriesMetric = z.output<typeof usageQuerySchema>["metric"][number];

/** What Explore shows. Its query string is the page's address, what a view or a panel keeps, and what the API takes. */
export interface Exploration {
  metrics: SeriesMetric[];
  filters: Partial<Record<ExploreFilter, string[]>>;
  groupBy: GroupBy | null;
  /** null: the finest that gives no more points than a chart can show. */
  step: Step | null;
  kind: ExploreKind;
  range: TimeRange;
}

/** What is not kept finer than by the hour. */
const HOURLY: readonly GroupBy[] = ["model", "route", "status", "client_ip"];

/** The steps that a grouping leaves to choose from. */
export const stepsFor = (groupBy: GroupBy | null): readonly Step[] =>
  groupBy !== null && HOURLY.includes(groupBy) ? STEPS.slice(STEPS.indexOf("1h")) : STEPS;

export const unitOf = (metrics: readonly SeriesMetric[]): MetricUnit => metric(metrics[0] ?? "requests").unit;

const REPEATED = ["key", "metric"];

/** GET /explore: what /usage takes, with a range in place of two instants, and how it is shown. */
export const exploreQuerySchema = usageQuerySchema.omit({ top: true }).extend({
  range: z
    .enum(PRESETS, `must be one of ${PRESETS.join(", ")}`)
    .optional()
    .describe("Up to now, 1h by default; or give `from` and `to`."),
  as: z
    .enum(EXPLORE_KINDS, `must be one of ${EXPLORE_KINDS.join(", ")}`)
    .default("line")
    .describe("How the page draws it; bars are given fewer points."),
});

/** A query's parameters as an exploration. */
const explorationSchema = exploreQuerySchema.transform((query, context): Exploration => {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (query.metric.some((name) => metric(name).unit !== unitOf(query.metric))) {
    refuse("metric", "must be metrics of one unit");
  }
  const groupBy = query.group_by ?? null;
  if (query.step !== undefined && !stepsFor(groupBy).includes(query.step)) {
    refuse("step", `must be 1h or more with group_by=${groupBy}`);
  }
  const { from, to } = query;
  if (query.range === undefined && (from === undefined) !== (to === undefined)) {
    refuse(from === undefined ? "from" : "to", "must be given too");
  }
  const wrong = query.range === undefined && from !== undefined && to !== undefined && checkRange(from, to);
  if (wrong) refuse("from", wrong);
  const filters: Exploration["filters"] = {};
  for (const name of EXPLORE_FILTERS) {
    const value = query[name];
    const values = Array.isArray(value) ? value : value === undefined ? [] : [String(value)];
    if (values.length > 0) filters[name] = values;
  }
  const range: TimeRange =
    query.range === undefined && from !== undefined && to !== undefined
      ? { kind: "custom", from, to }
      : { kind: "preset", preset: query.range ?? "1h" };
  return { metrics: query.metric, filters, groupBy, step: query.step ?? null, kind: query.as, range };
});

/** `explorationSchema` for the parameters of an address. */
export const explorationParams = {
  safeParse: (params: URLSearchParams) => explorationSchema.safeParse(searchInput(params, REPEATED)),
};

/** An exploration of an address that somebody may have mistyped: what cannot be read is left out. */
export function readExploration(params: URLSearchParams): Exploration {
  const rest = new URLSearchParams(params);
  for (;;) {
    const result = explorationParams.safeParse(rest);
    if (result.success) return result.data;
    const path = String(result.error.issues[0]?.path[0]);
    // Only `from` without `to`, or the other way round, names what is not there.
    if (rest.has(path)) rest.delete(path);
    else for (const name of ["from", "to"]) rest.delete(name);
  }
}

/** The one query string of an exploration; what is as always is left out. */
export function explorationQuery(exploration: Exploration): URLSearchParams {
  const { metrics, filters, groupBy, step, kind, range } = exploration;
  const params = new URLSearchParams();
  for (const name of metrics) params.append("metric", name);
  for (const name of EXPLORE_FILTERS) for (const value of filters[name] ?? []) params.append(name, value);
  if (groupBy !== null) params.set("group_by", groupBy);
  if (step !== null) params.set("step", step);
  if (kind !== "line") params.set("as", kind);
  for (const [name, value] of new URLSearchParams(rangeQuery(range))) params.set(name, value);
  return params;
}

/** An exploration kept as text: its query string, put into its one form. */
export const explorationText = z
  .string({ error: "expected a query string" })
  .max(4000, "expected at most 4000 characters")
  .transform((text, context) => {
    const result = explorationParams.safeParse(new URLSearchParams(text));
    if (result.success) return explorationQuery(result.data).toString();
    const { path, message } = result.error.issues[0] ?? { path: [], message: "expected a query string" };
    context.addIssue({ code: "custom", message: `${path.join(".")} ${message}`.trim() });
    return z.NEVER;
  });

/** A range kept as text: `range=24h`, or `from` and `to`. */
export const rangeText = z
  .string({ error: "expected a range" })
  .max(200, "expected at most 200 characters")
  .transform((text, context) => {
    const given = [...new URLSearchParams(text)];
    const asked = new URLSearchParams(given.filter(([name]) => ["range", "from", "to"].includes(name)));
    const result = explorationParams.safeParse(asked);
    if (result.success && asked.size > 0) return rangeQuery(result.data.range);
    context.addIssue({ code: "custom", message: "expected range=24h, or from=…&to=… with two instants" });
    return z.NEVER;
  });

/** What groups are called, in the plural where it matters: "by model". */
export const GROUP_WORDS: Record<GroupBy, string> = {
  key: "key",
  provider: "provider",
  pool: "pool",
  source: "source",
  consumer: "consumer",
  model: "model",
  route: "route",
  status: "status",
  outcome: "outcome",
  client_ip: "client address",
};

/** What an exploration is called as long as nobody named it: "Requests and errors by model". */
export function explorationTitle({ metrics, groupBy }: Pick<Exploration, "metrics" | "groupBy">): string {
  const names = metrics.map((name, index) =>
    index === 0
      ? metric(name).label
      : metric(name).label.replace(/^\w(?=[a-z])/, (letter) => letter.toLowerCase()),
  );
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
  return groupBy === null ? listed : `${listed} by ${GROUP_WORDS[groupBy]}`;
}
