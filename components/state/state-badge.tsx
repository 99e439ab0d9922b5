import { clsx } from "clsx";
import { Ban, CircleCheck, CircleMinus, CirclePause, CircleX, KeyRound, TriangleAlert } from "lucide-react";
import { TONE_TEXT, type Tone } from "@/components/ui/badge";
import type { KeyState } from "@/lib/domain/usage/state";

type Look = { label: string; tone: Tone; icon: typeof Ban; fill: string };

/** How each state of a key looks and reads, everywhere. `fill` is the class of bars and dots. */
export const STATE_LOOK: Record<KeyState, Look> = {
  ok: { label: "Healthy", tone: "ok", icon: CircleCheck, fill: "bg-ok" },
  at_risk: { label: "At risk", tone: "risk", icon: TriangleAlert, fill: "bg-risk" },
  throttled: { label: "Throttled", tone: "throttled", icon: CirclePause, fill: "bg-throttled" },
  exhausted: { label: "Exhausted", tone: "exhausted", icon: CircleX, fill: "bg-exhausted" },
  unauthorized: { label: "Unauthorised", tone: "unauthorized", icon: KeyRound, fill: "bg-unauthorized" },
  blocked: { label: "Blocked", tone: "blocked", icon: Ban, fill: "bg-blocked" },
  idle: { label: "Idle", tone: "idle", icon: CircleMinus, fill: "bg-idle" },
};

/** The order in which states are listed: what works first, then by how bad it is. */
export const STATE_ORDER: readonly KeyState[] = [
  "ok",
  "at_risk",
  "throttled",
  "exhausted",
  "unauthorized",
  "blocked",
  "idle",
];

/** A key's state: icon, word and colour. */
export function StateBadge({ state, className }: { state: KeyState; className?: string }) {
  const { label, tone, icon: Icon } = STATE_LOOK[state];
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1.5 whitespace-nowrap font-medium",
        TONE_TEXT[tone],
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
      {label}
    </span>
  );
}
