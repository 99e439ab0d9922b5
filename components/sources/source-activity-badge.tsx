"use client";

import { CircleDashed, Moon, Radio } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { useNow } from "@/components/ui/viewer";
import { sourceActivity } from "./source-activity";

const LOOK = {
  waiting: { label: "Waiting for its first event", tone: "accent", icon: CircleDashed },
  live: { label: "Receiving", tone: "ok", icon: Radio },
  quiet: { label: "Gone quiet", tone: "risk", icon: Moon },
} as const;

/** Whether a source sends, told by the time since its last event. */
export function SourceActivityBadge({ lastEventAt }: { lastEventAt: string | null }) {
  const now = useNow();
  const { label, tone, icon: Icon } = LOOK[sourceActivity(lastEventAt, now)];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {label}
    </Badge>
  );
}
