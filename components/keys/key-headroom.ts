import type { Headroom } from "@/components/headroom/headroom";
import { AT_RISK_FRACTION } from "@/lib/domain/usage/limit";
import type { KeyState } from "@/lib/domain/usage/state";
import type { KeyDto, LimitDto } from "@/lib/features/keys/schemas";

/** The limit that is nearest to its end; undefined without limits. */
export function tightestOf(key: KeyDto): LimitDto | undefined {
  return key.limits.find(({ id }) => id === key.headroom?.limit);
}

/** A limit as the headroom bar takes it; `at` is when it was measured, epoch ms. */
export function headroomOf(limit: LimitDto, key: Pick<KeyDto, "state">, at: number): Headroom {
  const seconds = limit.seconds_to_exhaustion;
  return {
    metric: limit.metric,
    window: limit.window ?? "window",
    used: limit.used,
    amount: limit.amount,
    usedFraction: limit.used_fraction,
    projectedFraction: limit.projected_fraction,
    warnAt: AT_RISK_FRACTION,
    state: barState(limit, key.state),
    dryAt: seconds === null || limit.used_fraction >= 1 ? null : at + seconds * 1_000,
    resetsAt: limit.resets_at === null ? null : Date.parse(limit.resets_at),
  };
}

/** A limit's own colour: a key may be throttled for one limit while another has all its room. */
function barState(limit: LimitDto, key: KeyState): KeyState {
  if (limit.used_fraction >= 1) return "exhausted";
  if (limit.used_fraction >= AT_RISK_FRACTION) return key === "throttled" ? "throttled" : "at_risk";
  if (limit.runs_out_before_reset) return "at_risk";
  return key === "idle" ? "idle" : "ok";
}
