import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
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
          {withChannel && <Th>Channel</Th>}
          <Th numeric>Attempts</Th>
          <Th>Made</Th>
          <Th>What was answered</Th>
        </tr>
      </TableHead>
      <TableBody>
        {deliveries.map((delivery) => (
          <Row key={delivery.id}>
            <Td>
              <TextLink href={`/deliveries/${delivery.id}`} className="font-medium text-fg">
                {notificationWords(delivery.kind)}
              </TextLink>
              {delivery.about !== null && (
                <span className="foreign-text block max-w-56 truncate text-fg-3 text-xs">
                  {delivery.about}
                </span>
              )}
            </Td>
            <Td>
              <DeliveryStateBadge state={delivery.state} />
            </Td>
            {withChannel && (
              <Td className="max-w-48">
                <TextLink
                  quiet
                  href={`/channels/${delivery.channel}`}
                  className="foreign-text block truncate"
                >
                  {delivery.channel_name}
                </TextLink>
              </Td>
            )}
            <Td numeric>{delivery.attempts.length}</Td>
            <Td className="text-fg-2">
              <RelativeTime at={Date.parse(delivery.created_at)} />
            </Td>
            <Td className="foreign-text w-full min-w-40 max-w-0 truncate text-fg-2 text-xs">
              <span title={lastWords(delivery) ?? undefined}>{lastWords(delivery)}</span>
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
