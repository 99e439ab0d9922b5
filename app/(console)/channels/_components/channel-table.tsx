import { clsx } from "clsx";
import { ChannelState } from "@/components/channels/channel-state";
import { destinationOf } from "@/components/channels/config-draft";
import { channelKind } from "@/components/channels/kinds";
import { lackOf } from "@/components/channels/sender";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { ChannelDto } from "@/lib/features/channels/schemas";

export function ChannelTable({ channels }: { channels: readonly ChannelDto[] }) {
  return (
    <Table caption="Channels">
      <TableHead>
        <tr>
          <Th>Channel</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Last sent</Th>
          <Th numeric className="max-sm:hidden">
            Rules
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {channels.map((channel) => {
          const { label, icon: Icon } = channelKind(channel.kind);
          const lack = lackOf(channel);
          return (
            <Row key={channel.id}>
              <Td className="w-full max-w-96 py-2.5 max-sm:max-w-0 sm:min-w-48">
                <TextLink
                  href={`/channels/${channel.id}`}
                  className="foreign-text block truncate font-medium text-fg"
                >
                  {channel.name}
                </TextLink>
                <span className="flex min-w-0 items-center gap-1.5 text-fg-3 text-xs">
                  <Icon aria-hidden className="size-3 shrink-0" />
                  <span className="sr-only">{label}: </span>
                  <span className="foreign-text truncate">{destinationOf(channel.config)}</span>
                </span>
              </Td>
              <Td className="max-w-80 max-sm:max-w-44 sm:min-w-64">
                <ChannelState channel={channel} />
                {channel.enabled && (
                  <span className="foreign-text mt-0.5 line-clamp-2 whitespace-normal text-fg-3 text-xs">
                    {lack === null ? channel.last_error : `Needs ${lack.needs}`}
                  </span>
                )}
              </Td>
              <Td className="text-fg-2 max-sm:hidden">
                <RelativeTime at={channel.last_sent_at === null ? null : Date.parse(channel.last_sent_at)} />
              </Td>
              <Td numeric className={clsx("max-sm:hidden", channel.rules.length === 0 && "text-fg-3")}>
                {channel.rules.length}
              </Td>
            </Row>
          );
        })}
      </TableBody>
    </Table>
  );
}
