import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { notificationWords } from "./words";

/** The messages that another one tells, with their incidents. */
export function ToldTable({ deliveries }: { deliveries: readonly DeliveryDto[] }) {
  return (
    <Table caption="Messages">
      <TableHead>
        <tr>
          <Th>Message</Th>
          <Th>About</Th>
          <Th>Made</Th>
        </tr>
      </TableHead>
      <TableBody>
        {deliveries.map((delivery) => (
          <Row key={delivery.id}>
            <Td>
              <TextLink href={`/deliveries/${delivery.id}`} className="font-medium text-fg">
                {notificationWords(delivery.kind)}
              </TextLink>
            </Td>
            <Td className="w-full max-w-0 truncate">
              {delivery.incident === null ? (
                <span className="text-fg-3">—</span>
              ) : (
                <TextLink quiet href={`/incidents/${delivery.incident}`} className="foreign-text">
                  {delivery.about ?? "An incident"}
                </TextLink>
              )}
            </Td>
            <Td className="text-fg-2">
              <RelativeTime at={Date.parse(delivery.created_at)} />
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
