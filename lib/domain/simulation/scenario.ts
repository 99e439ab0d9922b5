import type { Provider } from "./providers";

export const SCENARIOS = [
  "steady",
  "spike",
  "exhaustion",
  "overload",
  "attack",
  "outage",
  "diurnal",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

type EpisodeKind = "spike" | "overload" | "attack" | "outage";

/** Something that happens in each period from `originMs` (epoch ms) on, between two fractions of the period. */
export type Episode = {
  kind: EpisodeKind;
  originMs: number;
  periodMs: number;
  from: number;
  to: number;
  /** Whose keys an overload or an outage meets; by default the busiest provider. */
  provider?: Provider;
};

/** A key whose daily quota is `requests`, counted from `fromMs` on; `provider` says which, by default Gemini's first. */
type Exhaustion = { fromMs: number; requests: number; provider?: Provider };

export type TrafficPlan = {
  /** Follow the hour and the weekday. */
  rhythm: boolean;
  episodes: readonly Episode[];
  exhaustion?: Exhaustion;
};

/** Rate within a spike, as a multiple of the mean. */
const SPIKE_FACTOR = 2.5;
/** Rate of an attack on top of the usual traffic, as a fraction of the mean. */
const ATTACK_FACTOR = 0.75;

const EPISODES: Readonly<Partial<Record<Scenario, Pick<Episode, "kind" | "from" | "to">>>> = {
  spike: { kind: "spike", from: 0.25, to: 0.5 },
  overload: { kind: "overload", from: 0.2, to: 0.8 },
  attack: { kind: "attack", from: 0.25, to: 0.85 },
  outage: { kind: "outage", from: 0.3, to: 0.7 },
};

/**
 * The plan of a named scenario: its episode in every cycle of `cycleMs` from `originMs` on, or, for `exhaustion`, a
 * daily quota that `victimRate` requests per second spend within a third of a cycle.
 */
export function planOf(
  scenario: Scenario,
  originMs: number,
  cycleMs: number,
  victimRate: number,
): TrafficPlan {
  const episode = EPISODES[scenario];
  const plan: TrafficPlan = {
    rhythm: scenario === "diurnal",
    episodes: episode ? [{ ...episode, originMs, periodMs: cycleMs }] : [],
  };
  if (scenario !== "exhaustion") return plan;
  const requests = Math.max(3, Math.round((victimRate * cycleMs) / 1000 / 3));
  return { ...plan, exhaustion: { fromMs: originMs, requests } };
}

/** How far an episode has come, in [0, 1), or null while it does not happen. */
export function progress(episode: Episode, atMs: number): number | null {
  if (atMs < episode.originMs) return null;
  const phase = ((atMs - episode.originMs) % episode.periodMs) / episode.periodMs;
  if (phase < episode.from || phase >= episode.to) return null;
  return (phase - episode.from) / (episode.to - episode.from);
}

/** Factors on the mean rate; over whole periods their sum averages 1. */
export function loadFactors(plan: TrafficPlan, atMs: number): { usual: number; attack: number } {
  let usual = 1;
  let attack = 0;
  for (const episode of plan.episodes) {
    if (atMs < episode.originMs) continue;
    const length = episode.to - episode.from;
    const inside = progress(episode, atMs) !== null;
    if (episode.kind === "spike") usual *= inside ? SPIKE_FACTOR : (1 - SPIKE_FACTOR * length) / (1 - length);
    if (episode.kind === "attack") {
      usual *= 1 - ATTACK_FACTOR * length;
      if (inside) attack += ATTACK_FACTOR;
    }
  }
  return { usual, attack };
}
