"use client";

import { Send } from "lucide-react";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";
import { useZone } from "@/components/ui/viewer";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { sendRuleTest } from "../actions";

/** Sends a test the way the rule's alerts go, through all of its channels, and shows what became of each. */
export function TestRule({ id, name }: { id: string; name: string }) {
  const zone = useZone();
  const [open, setOpen] = useState(false);
  const [deliveries, setDeliveries] = useState<DeliveryDto[]>([]);
  const { run, busy, failure } = useAction(sendRuleTest, (sent) => setDeliveries(sent.deliveries));
  function start() {
    setDeliveries([]);
    setOpen(true);
    void run(id, zone);
  }
  return (
    <>
      <Button icon={<Send aria-hidden />} onClick={start}>
        Test
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Test of ${name}`}
        description="A message marked as a test goes through every channel of the rule."
        footer={
          <>
            <Button onClick={start} disabled={busy}>
              Send again
            </Button>
            <Button variant="primary" onClick={() => setOpen(false)}>
              Done
            </Button>
          </>
        }
      >
        <div role="status" className="min-h-24">
          {busy && (
            <p className="flex items-center gap-2.5">
              <Spinner /> Sending, and waiting for the providers' answers
            </p>
          )}
          {!busy && failure !== null && (
            <Callout kind="error" title="The test was not sent">
              {failure.message ?? failure.issues[0]?.message}
            </Callout>
          )}
          {!busy && deliveries.length > 0 && (
            <ul className="divide-y">
              {deliveries.map((delivery) => (
                <Outcome key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )}
        </div>
      </Dialog>
    </>
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
