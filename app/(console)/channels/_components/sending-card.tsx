import { quietWords } from "@/components/channels/quiet-words";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { TextLink } from "@/components/ui/text-link";
import type { ChannelDto } from "@/lib/features/channels/schemas";
import { SendingDialog } from "./sending-dialog";

/** When the channel is told nothing, and who is told what it cannot deliver. */
export function SendingCard({
  channel,
  others,
  mayChange,
}: {
  channel: ChannelDto;
  others: readonly { id: string; name: string }[];
  mayChange: boolean;
}) {
  const { quiet_hours: quiet, fallback } = channel;
  const instead = others.find(({ id }) => id === fallback);
  return (
    <Card
      title="When, and where else"
      action={mayChange && <SendingDialog channel={channel} others={others} />}
    >
      <DescriptionList
        items={[
          {
            term: "Quiet hours",
            value:
              quiet === null ? (
                <span className="text-fg-3">None: messages are sent at any time</span>
              ) : (
                <>
                  {quietWords(quiet)}
                  <span className="block text-fg-3 text-xs">
                    {quiet.critical_breaks_through
                      ? "Critical alerts are sent all the same; the rest comes as one digest when they end"
                      : "What comes in them is told as one digest when they end"}
                  </span>
                </>
              ),
          },
          {
            term: "Fallback",
            value:
              instead === undefined ? (
                <span className="text-fg-3">None: what cannot be delivered is shown here only</span>
              ) : (
                <TextLink href={`/channels/${instead.id}`}>{instead.name}</TextLink>
              ),
          },
        ]}
      />
    </Card>
  );
}
