import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "@/lib/domain/usage/duration";
import { notificationKind } from "./notification";
import { type ObservedAt, replay, transitionsOf } from "./replay";
import { type Rule, severityRank } from "./rule";
import { alertOf, type InstanceState, initialState, type Observation } from "./state";
import { step } from "./step";
import { ruleOf } from "./step.testing";

const seconds = (max: number) => fc.integer({ min: 0, max }).map((s) => `${s * 10}s`);

/** Sliding rules on values from 0 to 100, above or below, with every option. */
const slidingRule: fc.Arbitrary<Rule> = fc
  .record({
    above: fc.boolean(),
    strict: fc.boolean(),
    tiers: fc.constantFrom<string[]>(["warning"], ["critical"], ["warning", "critical"]),
    threshold: fc.integer({ min: 30, max: 60 }),
    recovery: fc.option(fc.integer({ min: 1, max: 20 })),
    for: seconds(4),
    keep: seconds(4),
    min: fc.constantFrom(0, 10),
    noData: fc.constantFrom("ok", "alert", "keep"),
    repeat: fc.constantFrom(null, "20s", "1m"),
  })
  .map((drawn) => {
    const sign = drawn.above ? 1 : -1;
    const tiers = drawn.tiers.map((severity, index) => ({
      severity,
      threshold: drawn.threshold + sign * index * 10,
      recovery: drawn.recovery === null ? null : drawn.threshold - sign * drawn.recovery,
    }));
    return ruleOf({
      // A percentile: it may have no value, and its thresholds are not bounded.
      metric: "latency_p95",
      operator: `${drawn.above ? ">" : "<"}${drawn.strict ? "" : "="}`,
      tiers,
      for: drawn.for,
      keep_firing_for: drawn.keep,
      min_requests: drawn.min,
      no_data: drawn.noData,
      repeat_every: drawn.repeat,
    });
  });

const value = fc.integer({ min: 0, max: 100 });
const good: fc.Arbitrary<Observation> = fc.record({
  value: fc.option(value, { freq: 5 }),
  requests: fc.constantFrom(5, 50),
});
const failed = fc.record({ value, requests: fc.constant(50), error: fc.constant("timeout") });
const gone = fc.record({ value, requests: fc.constant(50), vanished: fc.constant("deleted") });
const anything: fc.Arbitrary<Observation> = fc.oneof(
  { arbitrary: good, weight: 12 },
  { arbitrary: failed, weight: 2 },
  { arbitrary: gone, weight: 1 },
);

const everyTen = (list: Observation[]): ObservedAt[] =>
  list.map((observation, index) => ({ at: index * 10 * SECOND, observation }));
const history = fc.array(anything, { maxLength: 60 }).map(everyTen);

describe("any rule over any history", () => {
  it("opens before it resolves, and opens and resolves in turn", () => {
    fc.assert(
      fc.property(slidingRule, history, (rule, observations) => {
        let open = null;
        let status = "ok";
        for (const transition of transitionsOf(replay(rule, initialState(), observations).effects)) {
          expect(transition.from).toBe(status);
          expect(transition.alert.before).toEqual(open);
          if (notificationKind(transition) === "resolved") expect(open).not.toBeNull();
          open = transition.alert.after;
          status = transition.to;
        }
      }),
    );
  });

  it("goes the same way live, stored as JSON between steps, as in one replay", () => {
    fc.assert(
      fc.property(slidingRule, history, fc.nat(60), (rule, observations, restart) => {
        const whole = replay(rule, initialState(), observations);
        const first = replay(rule, initialState(), observations.slice(0, restart));
        const stored: InstanceState = JSON.parse(JSON.stringify(first.state));
        const second = replay(rule, stored, observations.slice(restart));
        expect([...first.effects, ...second.effects]).toEqual(whole.effects);
        expect(second.state).toEqual(whole.state);
      }),
    );
  });

  it("has the severity of its highest latched tier while firing, and none when ok", () => {
    fc.assert(
      fc.property(slidingRule, history, (rule, observations) => {
        let state = initialState();
        for (const { at, observation } of observations) {
          state = step(rule, state, observation, at).state;
          const latched = rule.tiers.filter(
            ({ severity }) => (state.tiers[severity]?.latchedAt ?? null) !== null,
          );
          if (state.status === "ok") expect(state.severity).toBeNull();
          if (state.status === "ok" || state.status === "pending") expect(latched).toEqual([]);
          if (state.status === "firing" || state.status === "recovering") {
            expect(state.severity).toBe(latched.at(-1)?.severity);
          }
        }
      }),
    );
  });

  it("neither fires nor resolves by failing: without the failures the alert is the same", () => {
    fc.assert(
      fc.property(slidingRule, history, failed, (rule, observations, failure) => {
        const { state } = replay(rule, initialState(), observations);
        const covered = step(rule, state, failure, 10_000 * SECOND);
        expect(alertOf(covered.state)).toEqual(alertOf(state));
        expect(covered.effects.filter((effect) => notificationKind(effect) !== null)).toEqual([]);
        expect({
          ...covered.state,
          status: state.status,
          since: state.since,
          underneath: null,
          error: null,
        }).toEqual({
          ...state,
          underneath: null,
          error: null,
        });
      }),
    );
  });

  it("ends in the initial state when the scope vanishes", () => {
    fc.assert(
      fc.property(slidingRule, history, gone, (rule, observations, end) => {
        const { state } = replay(rule, initialState(), [
          ...observations,
          { at: 10_000_000, observation: end },
        ]);
        expect({ ...state, since: null }).toEqual(initialState());
      }),
    );
  });

  it("sends at most one message a step, and reminders no closer than the interval", () => {
    fc.assert(
      fc.property(slidingRule, history, (rule, observations) => {
        const told = replay(rule, initialState(), observations).effects.filter(
          (e) => notificationKind(e) !== null,
        );
        for (const [index, effect] of told.entries()) {
          const before = told[index - 1];
          if (before === undefined) continue;
          expect(effect.at).toBeGreaterThan(before.at);
          if (effect.kind === "reminder") {
            expect(effect.at - before.at).toBeGreaterThanOrEqual(
              rule.repeatEveryMs ?? Number.POSITIVE_INFINITY,
            );
          }
        }
      }),
    );
  });
});

describe("monotone thresholds", () => {
  it("fires no later and no less severely for a worse value", () => {
    fc.assert(
      fc.property(
        slidingRule,
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.nat(10),
        (rule, values, more) => {
          const sign = rule.operator.startsWith(">") ? 1 : -1;
          const worst = (shift: number) => {
            let state = initialState();
            return values.map((seen, index) => {
              const observation = { value: seen + sign * shift, requests: 50 };
              state = step(rule, state, observation, index * 10 * SECOND).state;
              return severityRank(alertOf(state)?.severity ?? null);
            });
          };
          // An alert kept after all tiers recovered keeps its severity, where a worse value, still beyond the lower tier,
          // downgrades at once: then only whether it fires compares.
          const rankOf = (rank: number) => (rule.keepFiringForMs > 0 ? Math.min(rank, 0) : rank);
          const [usual, worse] = [worst(0).map(rankOf), worst(more).map(rankOf)];
          for (const [index, rank] of usual.entries()) expect(worse[index]).toBeGreaterThanOrEqual(rank);
        },
      ),
    );
  });
});

describe("a quota", () => {
  it("fires each tier at most once a period, in order, and closes silently", () => {
    const rule = ruleOf({
      window: "calendar_hour",
      tiers: [
        { severity: "warning", threshold: 50 },
        { severity: "critical", threshold: 80 },
      ],
    });
    const seen = fc.record({
      period: fc.nat(5),
      value: fc.oneof(value, fc.constant(null)),
      failed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 60 }), (list) => {
        // In any order: clocks go back.
        const observations = list.map((one, index) => ({
          at: index * SECOND,
          observation: {
            value: one.value,
            requests: 10,
            periodStart: one.period * 3_600_000,
            ...(one.failed ? { error: "timeout" } : {}),
          },
        }));
        const fired = new Set<string>();
        let state = initialState();
        for (const { at, observation } of observations) {
          const stepped = step(rule, state, observation, at);
          state = stepped.state;
          for (const effect of stepped.effects) {
            const kind = notificationKind(effect);
            if (kind === null) continue;
            expect(["firing", "escalated"]).toContain(kind);
            const name = `${state.period?.start} ${state.severity}`;
            expect(fired.has(name)).toBe(false);
            fired.add(name);
          }
        }
      }),
    );
  });
});
