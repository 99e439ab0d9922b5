import { clsx } from "clsx";
import { BellRing, CircleCheck, CirclePause, CircleX, HelpCircle, Hourglass, Undo2 } from "lucide-react";
import { TONE_TEXT, type Tone } from "@/components/ui/badge";
import type { Status } from "@/lib/domain/alerting/state";
import type { RuleDto } from "@/lib/features/rules/schemas";

type Look = { label: string; tone: Tone; icon: typeof BellRing };

export const STATUS_LOOK: Record<Status, Look> = {
  firing: { label: "Firing", tone: "exhausted", icon: BellRing },
  recovering: { label: "Recovering", tone: "throttled", icon: Undo2 },
  no_data: { label: "No data", tone: "blocked", icon: HelpCircle },
  error: { label: "Not evaluated", tone: "unauthorized", icon: CircleX },
  pending: { label: "Pending", tone: "risk", icon: Hourglass },
  ok: { label: "OK", tone: "ok", icon: CircleCheck },
};

/** The worst first. */
const ORDER = ["firing", "recovering", "no_data", "error", "pending"] as const;

export function StatusLabel({ status, count }: { status: Status; count?: number }) {
  const { label, tone, icon: Icon } = STATUS_LOOK[status];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", TONE_TEXT[tone])}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {label}
      {count !== undefined && <span className="tabular-nums">{count}</span>}
    </span>
  );
}

/** How many instances of a rule are in which state; ok where nothing is amiss, off where it is off. */
export function RuleState({ rule }: { rule: RuleDto }) {
  if (!rule.enabled) {
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-idle-text">
        <CirclePause aria-hidden className="size-3.5" />
        Off
      </span>
    );
  }
  const present = ORDER.filter((status) => (rule.states[status] ?? 0) > 0);
  if (present.length === 0) return <StatusLabel status="ok" />;
  return (
    <span className="flex flex-col gap-0.5">
      {present.map((status) => (
        <StatusLabel key={status} status={status} count={rule.states[status] ?? 0} />
      ))}
    </span>
  );
}
