import { CircleCheck, CirclePause, CircleX, Settings2 } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ChannelDto } from "@/lib/features/channels/schemas";

/** Whether a channel can send, and what keeps it from doing so. */
export function ChannelState({ channel }: { channel: ChannelDto }) {
  if (!channel.enabled) {
    return (
      <Badge tone="idle" icon={<CirclePause aria-hidden />}>
        Off
      </Badge>
    );
  }
  if (!channel.configured) {
    return (
      <Badge tone="risk" icon={<Settings2 aria-hidden />}>
        Not configured
      </Badge>
    );
  }
  if (channel.failing_since !== null) {
    return (
      <Badge tone="exhausted" icon={<CircleX aria-hidden />}>
        Failing since <RelativeTime at={Date.parse(channel.failing_since)} />
      </Badge>
    );
  }
  return (
    <Badge tone="ok" icon={<CircleCheck aria-hidden />}>
      {channel.last_sent_at === null ? "Ready" : "Working"}
    </Badge>
  );
}
