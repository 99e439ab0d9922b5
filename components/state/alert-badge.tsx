import { clsx } from "clsx";
import { BellRing, CircleCheck, Eye, OctagonAlert, TriangleAlert } from "lucide-react";
import { Badge, TONE_TEXT, type Tone } from "@/components/ui/badge";
import type { Severity } from "@/lib/domain/alerting/rule";

export type IncidentState = "firing" | "acknowledged" | "resolved";

type Look = { label: string; tone: Tone; icon: typeof Eye };

export const SEVERITY_LOOK: Record<Severity, Look> = {
  warning: { label: "Warning", tone: "risk", icon: TriangleAlert },
  critical: { label: "Critical", tone: "exhausted", icon: OctagonAlert },
};

export const INCIDENT_LOOK: Record<IncidentState, Look> = {
  firing: { label: "Firing", tone: "exhausted", icon: BellRing },
  acknowledged: { label: "Acknowledged", tone: "accent", icon: Eye },
  resolved: { label: "Resolved", tone: "ok", icon: CircleCheck },
};

/** How bad it is. `iconOnly` keeps the word for screen readers. */
export function SeverityBadge({ severity, iconOnly = false }: { severity: Severity; iconOnly?: boolean }) {
  const { label, tone, icon: Icon } = SEVERITY_LOOK[severity];
  return (
    <span
      className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", TONE_TEXT[tone])}
      title={iconOnly ? label : undefined}
    >
      <Icon aria-hidden className="size-[15px] shrink-0" />
      <span className={clsx(iconOnly && "sr-only")}>{label}</span>
    </span>
  );
}

/** Where an incident stands. */
export function IncidentStateBadge({ state }: { state: IncidentState }) {
  const { label, tone, icon: Icon } = INCIDENT_LOOK[state];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {label}
    </Badge>
  );
}
