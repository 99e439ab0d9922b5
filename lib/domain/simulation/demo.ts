import { DAY, HOUR, MINUTE, SECOND } from "../usage/duration";
import type { LimitMetric } from "../usage/limit";
import type { SimEvent } from "./event";
import type { SimKey } from "./population";
import type { LimitName, Provider } from "./providers";
import type { TrafficPlan } from "./scenario";
import type { TrafficOptions } from "./traffic";

/** A gateway of the demo and the traffic it reports. */
export type DemoSource = {
  name: string;
  seed: string;
  keys: number;
  rate: number;
  providers: readonly Provider[];
  /** What happens from `liveFrom` on, epoch ms; the first of it within half a minute. */
  live(liveFrom: number): TrafficPlan;
  /** What happened in the day before. */
  history(liveFrom: number): TrafficPlan;
};

export const DEMO_SOURCES: readonly DemoSource[] = [
  {
    name: "litellm",
    seed: "demo-litellm",
    keys: 8,
    rate: 3,
    providers: ["openai", "anthropic", "gemini", "mistral"],
    live: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "overload",
          provider: "anthropic",
          originMs: liveFrom,
          periodMs: 30 * MINUTE,
          from: 0.1,
          to: 0.3,
        },
        {
          kind: "outage",
          provider: "mistral",
          originMs: liveFrom,
          periodMs: 45 * MINUTE,
          from: 0.3,
          to: 0.36,
        },
      ],
      exhaustion: { provider: "gemini", fromMs: liveFrom, requests: 30 },
    }),
    history: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "outage",
          provider: "openai",
          originMs: liveFrom - 6 * HOUR,
          periodMs: 10 * DAY,
          from: 0,
          to: (12 * MINUTE) / (10 * DAY),
        },
      ],
    }),
  },
  {
    name: "kong",
    seed: "demo-kong",
    keys: 5,
    rate: 1.5,
    providers: ["issued", "issued", "openai"],
    live: (liveFrom) => ({
      rhythm: true,
      episodes: [
        { kind: "attack", originMs: liveFrom + 10 * SECOND, periodMs: 20 * MINUTE, from: 0, to: 0.15 },
      ],
    }),
    history: (liveFrom) => ({
      rhythm: true,
      episodes: [
        {
          kind: "attack",
          originMs: liveFrom - 15 * HOUR,
          periodMs: 10 * DAY,
          from: 0,
          to: (20 * MINUTE) / (10 * DAY),
        },
      ],
    }),
  },
];

/** The generator's options for a source's traffic; both parts simulate the same keys. */
export function trafficOf(
  source: DemoSource,
  part: "live" | "history",
  start: number,
  liveFrom: number,
): TrafficOptions {
  const { seed, keys, rate, providers } = source;
  return { seed, keys, rate, providers, start, scenario: source[part](liveFrom) };
}

export type LimitInput = { metric: LimitMetric; amount: number; window: string; time_zone: string };

const LIMIT_METRIC: Readonly<Record<LimitName, LimitMetric>> = {
  requests: "requests",
  tokens: "total_tokens",
  input_tokens: "input_tokens",
  output_tokens: "output_tokens",
};

/**
 * The limits an operator would declare for a key: those that its provider does not advertise in headers, and those a
 * project was given by hand.
 */
export function declaredLimits(key: SimKey): LimitInput[] {
  if (key.provider !== "gemini" && key.provider !== "issued" && key.tier !== "project limit") return [];
  return key.limits.map((limit) => ({
    metric: LIMIT_METRIC[limit.name],
    amount: limit.amount,
    window: limit.window === "day" ? "calendar_day" : "1m",
    time_zone: limit.timeZone ?? "UTC",
  }));
}

/** What tells names of simulated traffic from real ones in an installation that has both. */
const MARK = "demo-";

/** A provider's name as simulated traffic beside real keys has it. */
export const marked = (name: string): string => `${MARK}${name}`;

/** An event whose provider and consumer cannot be taken for real ones; pools belong to their provider. */
export const markedEvent = (event: SimEvent): SimEvent => ({
  ...event,
  provider: marked(event.provider),
  consumer: marked(event.consumer),
});
