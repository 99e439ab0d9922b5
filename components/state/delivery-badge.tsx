import {
  BellOff,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  MailCheck,
  MailX,
  RotateCw,
  Settings2,
} from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import type { DeliveryState } from "@/lib/domain/delivery/state";

export const DELIVERY_LOOK: Record<
  DeliveryState,
  { label: string; tone: Tone; icon: typeof Clock; hint: string }
> = {
  queued: { label: "Queued", tone: "neutral", icon: Clock, hint: "Waits for its turn" },
  sending: { label: "Sending", tone: "accent", icon: RotateCw, hint: "Is being handed over" },
  sent: { label: "Sent", tone: "ok", icon: MailCheck, hint: "The provider took it" },
  delivered: { label: "Delivered", tone: "ok", icon: CircleCheck, hint: "The provider says it arrived" },
  failed: {
    label: "Failed",
    tone: "throttled",
    icon: MailX,
    hint: "Not accepted in time, or not delivered by the provider",
  },
  dead: { label: "Given up", tone: "exhausted", icon: CircleX, hint: "Refused for good" },
  suppressed: {
    label: "Suppressed",
    tone: "idle",
    icon: BellOff,
    hint: "Not sent by itself; the reason says why",
  },
  unconfigured: {
    label: "Not configured",
    tone: "risk",
    icon: Settings2,
    hint: "Kept here: the server for this kind of channel is not set up",
  },
  unknown: {
    label: "Unknown",
    tone: "blocked",
    icon: CircleHelp,
    hint: "The provider did not say whether it took it",
  },
};

/** Where one notification stands. */
export function DeliveryStateBadge({ state }: { state: DeliveryState }) {
  const { label, tone, icon: Icon, hint } = DELIVERY_LOOK[state];
  return (
    <span title={hint}>
      <Badge tone={tone} icon={<Icon aria-hidden />}>
        {label}
      </Badge>
    </span>
  );
}
