import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { StoredWords } from "./stored-words";
import { lastWords, notificationWords } from "./words";

export function DeliveryTable({
  deliveries,
  withChannel = true,
}: {
  deliveries: readonly DeliveryDto[];
  withChannel?: boolean;
}) {
  return (
    <Table caption="Deliveries">
      <TableHead>
        <tr>
          <Th>Message</Th>
          <Th>State</Th>
          {withChannel && <Th className="max-sm:hidden">Channel</Th>}
          <Th numeric className="max-sm:hidden">
            Attempts
          </Th>
          <Th className="max-sm:hidden">Made</Th>
          <Th className="max-sm:hidden">What was answered</Th>
        </tr>
      </TableHead>
      <TableBody>
        {deliveries.map((delivery) => (
          <Row key={delivery.id}>
            <Td className="max-sm:w-full max-sm:max-w-0">
              <TextLink href={`/deliveries/${delivery.id}`} className="font-medium text-fg">
                {notificationWords(delivery.kind)}
              </TextLink>
              {delivery.about !== null && (
                <span className="foreign-text block max-w-56 truncate text-fg-3 text-xs">
                  {delivery.about}
                </span>
              )}
              {/* On a phone it stands here in place of columns. */}
              <span className="foreign-text block truncate text-fg-2 text-xs sm:hidden">
                {withChannel && `${delivery.channel_name} · `}
                <RelativeTime at={Date.parse(delivery.created_at)} />
              </span>
            </Td>
            <Td>
              <DeliveryStateBadge state={delivery.state} />
            </Td>
            {withChannel && (
              <Td className="max-w-48 max-sm:hidden">
                <TextLink
                  quiet
                  href={`/channels/${delivery.channel}`}
                  className="foreign-text block truncate"
                >
                  {delivery.channel_name}
                </TextLink>
              </Td>
            )}
            <Td numeric className="max-sm:hidden">
              {delivery.attempts.length}
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={Date.parse(delivery.created_at)} />
            </Td>
            <Td className="foreign-text w-full min-w-40 max-w-0 truncate text-fg-2 text-xs max-sm:hidden">
              <span title={lastWords(delivery) ?? undefined}>
                <StoredWords text={lastWords(delivery) ?? ""} />
              </span>
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
