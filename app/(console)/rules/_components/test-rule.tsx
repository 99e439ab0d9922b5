"use client";

import { TestDialog } from "@/components/deliveries/test-dialog";
import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { TextLink } from "@/components/ui/text-link";
import { useZone } from "@/components/ui/viewer";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { sendRuleTest } from "../actions";

/** Sends a test through all channels of a rule, and shows what became of each. */
export function TestRule({ id, name }: { id: string; name: string }) {
  const zone = useZone();
  return (
    <TestDialog
      label="Test"
      title={`Test of ${name}`}
      description="A message marked as a test goes through every channel of the rule."
      send={() => sendRuleTest(id, zone)}
    >
      {({ deliveries }) => (
        <ul className="divide-y">
          {deliveries.map((delivery) => (
            <Outcome key={delivery.id} delivery={delivery} />
          ))}
        </ul>
      )}
    </TestDialog>
  );
}

function Outcome({ delivery }: { delivery: DeliveryDto }) {
  const last = delivery.attempts.at(-1);
  const words = delivery.reason ?? last?.response ?? last?.error ?? null;
  return (
    <li className="flex flex-col gap-0.5 py-2.5">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="foreign-text min-w-0 grow truncate font-medium">{delivery.channel_name}</span>
        <DeliveryStateBadge state={delivery.state} />
        <TextLink href={`/deliveries/${delivery.id}`}>Open</TextLink>
      </span>
      {words !== null && <span className="foreign-text text-fg-3 text-xs">{words}</span>}
    </li>
  );
}
