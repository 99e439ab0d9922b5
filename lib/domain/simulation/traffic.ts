import { BUSY_HOUR, createArrivals, createLevel, rhythm } from "./arrivals";
import { CALM, type KeyState, type Stress, simulateAttack, simulateCall } from "./call";
import type { SimEvent } from "./event";
import { createMeter } from "./meter";
import { createPopulation, type SimKey } from "./population";
import { daily, type Provider, QUOTA_ZONE } from "./providers";
import { createRandom, hashText } from "./random";
import { loadFactors, planOf, progress, type Scenario, type TrafficPlan } from "./scenario";

export type TrafficOptions = {
  seed: string | number;
  /** Number of keys. */
  keys: number;
  /** Mean events per second. */
  rate: number;
  scenario: Scenario | TrafficPlan;
  /** First instant of the traffic, epoch ms. */
  start: number;
  /** When a named scenario's episodes begin, epoch ms; by default at `start`. */
  scenarioStart?: number;
  /** Length of a named scenario's cycle, three minutes by default. */
  cycleMs?: number;
  /** Providers of the keys, in turn; by default a usual mix. */
  providers?: readonly Provider[];
};

export type Traffic = {
  keys: readonly SimKey[];
  /** The events from the last call's instant up to, not including, `untilMs` (epoch ms), in order of time. */
  next(untilMs: number): SimEvent[];
};

const DEFAULT_CYCLE_MS = 180_000;

/** Longest factor on the latency of an overloaded provider. */
const SLOWEST = 8;

function checkOptions({ keys, rate, start }: TrafficOptions): void {
  if (!Number.isInteger(keys) || keys < 1) throw new RangeError("keys must be a whole number of at least 1");
  if (!(rate > 0) || !Number.isFinite(rate))
    throw new RangeError("rate must be more than 0 events per second");
  if (!Number.isFinite(start)) throw new RangeError("start must be an instant in epoch milliseconds");
}

/** The keys' own provider with the most traffic: the one whose trouble is worth watching. */
function busiestProvider(keys: readonly SimKey[]): Provider {
  const upstream = keys.filter((key) => key.provider !== "issued");
  const load = new Map<Provider, number>();
  for (const key of upstream.length > 0 ? upstream : keys) {
    load.set(key.provider, (load.get(key.provider) ?? 0) + key.rate);
  }
  return [...load].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** Latency climbs first; then the provider turns requests away; then it recovers. */
function overloadStress(part: number): Stress {
  if (part < 0.5) return { ...CALM, latencyFactor: SLOWEST ** (part / 0.5) };
  if (part < 0.85) return { latencyFactor: SLOWEST, overloaded: 0.6, down: 0 };
  return { ...CALM, latencyFactor: SLOWEST ** ((1 - part) / 0.15) };
}

function stressOf(plan: TrafficPlan, provider: Provider, busiest: Provider, atMs: number): Stress {
  for (const episode of plan.episodes) {
    if ((episode.provider ?? busiest) !== provider) continue;
    const part = progress(episode, atMs);
    if (part === null) continue;
    if (episode.kind === "overload") return overloadStress(part);
    if (episode.kind === "outage") return { ...CALM, down: 0.95 };
  }
  return CALM;
}

/** Index of the first weight sum above `draw`. */
function search(sums: readonly number[], draw: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > draw) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Traffic of `keys` simulated keys as a gateway would report it. The same options give the same events: nothing is
 * read from the clock. Throws RangeError on options out of range.
 */
export function createTraffic(options: TrafficOptions): Traffic {
  checkOptions(options);
  const { rate, start, providers } = options;
  const seed = String(options.seed);
  const { scenario } = options;
  const peak = (typeof scenario === "string" ? scenario === "diurnal" : scenario.rhythm) ? BUSY_HOUR : 1;
  const keys = createPopulation({
    seed,
    count: options.keys,
    rate,
    peak,
    ...(providers ? { providers } : {}),
  });
  const first = keys[0] as SimKey;
  const scenarioStart = options.scenarioStart ?? start;
  const victimOf = (provider: Provider) => keys.find((key) => key.provider === provider) ?? first;
  const plan =
    typeof scenario === "string"
      ? planOf(scenario, scenarioStart, options.cycleMs ?? DEFAULT_CYCLE_MS, victimOf("gemini").rate)
      : scenario;

  const states: KeyState[] = keys.map((key) => ({
    key,
    meters: key.limits.map(createMeter),
    refusedMs: Number.NEGATIVE_INFINITY,
  }));
  const sums: number[] = [];
  for (const key of keys) sums.push((sums[sums.length - 1] ?? 0) + key.rate);
  const total = sums[sums.length - 1] ?? 0;
  const target = states[keys.indexOf(victimOf("issued"))] as KeyState;
  const busiest = busiestProvider(keys);

  const level = createLevel(`${seed}/level`, plan.rhythm);
  const intensity = (atMs: number) => {
    const { usual, attack } = loadFactors(plan, atMs);
    return rate * level(atMs) * (usual * (plan.rhythm ? rhythm(atMs) : 1) + attack);
  };
  const run = `${seed}/${rate}/${options.keys}/${start}/${JSON.stringify(scenario)}/${providers ?? ""}`;
  const random = createRandom(`${run}/calls`);
  const arrivals = createArrivals(createRandom(`${run}/arrivals`), start, intensity);
  const idStem = `sim-${hashText(run).toString(36)}${hashText(`${run}/id`).toString(36)}`;
  let serial = 0;
  let exhaustion = plan.exhaustion;

  function startExhaustion(atMs: number): void {
    if (!exhaustion || atMs < exhaustion.fromMs) return;
    const provider = exhaustion.provider ?? "gemini";
    const state = states[keys.indexOf(victimOf(provider))] as KeyState;
    const others = state.meters.filter((meter) => meter.limit.window !== "day");
    state.meters = [...others, createMeter(daily(exhaustion.requests, QUOTA_ZONE[state.key.provider]))];
    exhaustion = undefined;
  }

  function eventAt(atMs: number): Omit<SimEvent, "id"> {
    const { usual, attack } = loadFactors(plan, atMs);
    if (attack > 0 && random.chance(attack / (usual * (plan.rhythm ? rhythm(atMs) : 1) + attack))) {
      return simulateAttack(random, target, atMs);
    }
    const state = states[search(sums, random.uniform() * total)] as KeyState;
    return simulateCall(random, state, atMs, stressOf(plan, state.key.provider, busiest, atMs));
  }

  return {
    keys,
    next(untilMs) {
      const events: SimEvent[] = [];
      for (;;) {
        const at = arrivals.next(untilMs);
        if (at === null) return events;
        const atMs = Math.floor(at);
        startExhaustion(atMs);
        serial += 1;
        events.push({ id: `${idStem}-${serial}`, ...eventAt(atMs) });
      }
    },
  };
}
