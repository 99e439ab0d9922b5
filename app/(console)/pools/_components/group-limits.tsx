import { Gauge } from "lucide-react";
import { HeadroomBar } from "@/components/headroom/headroom-bar";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { AT_RISK_FRACTION } from "@/lib/domain/usage/limit";
import type { LimitSum } from "@/lib/domain/usage/limit-sums";
import type { KeyState } from "@/lib/domain/usage/state";
import { formatNumber } from "@/lib/format";
import { limitWords } from "@/lib/format-limit";

/** What the keys of a group may use together, and what is left of it. */
export function GroupLimits({ limits }: { limits: readonly LimitSum[] }) {
  return (
    <Card title="Limits" hint="of all keys together" padded={false}>
      {limits.length === 0 ? (
        <EmptyState icon={<Gauge aria-hidden />} title="No limit known">
          Declare limits on the keys' pages. Those that the provider's headers name appear by themselves.
        </EmptyState>
      ) : (
        <ul className="pt-1 pb-1.5">
          {limits.map((limit) => (
            <li
              key={limitWords(limit.metric, limit.window ?? "window")}
              className="border-t px-4 py-3 first:border-t-0"
            >
              <HeadroomBar
                headroom={{
                  metric: limit.metric,
                  window: limit.window ?? "window",
                  used: limit.used,
                  amount: limit.amount,
                  usedFraction: fractionOf(limit),
                  projectedFraction: null,
                  warnAt: AT_RISK_FRACTION,
                  state: stateOf(limit),
                  dryAt: null,
                  resetsAt: null,
                }}
              />
              <p className="mt-1.5 text-fg-3 text-xs">
                {limit.keys === 1 ? "1 key" : `${formatNumber(limit.keys)} keys`}
                {limit.spent > 0 && `, ${formatNumber(limit.spent)} with nothing left`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const fractionOf = ({ used, amount }: LimitSum): number => (amount === 0 ? 1 : used / amount);

function stateOf(limit: LimitSum): KeyState {
  const fraction = fractionOf(limit);
  if (fraction >= 1) return "exhausted";
  return fraction >= AT_RISK_FRACTION ? "at_risk" : "ok";
}
