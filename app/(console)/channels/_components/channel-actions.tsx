"use client";

import { Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { lackOf } from "@/components/channels/sender";
import { AttemptList } from "@/components/deliveries/attempt-list";
import { TestDialog } from "@/components/deliveries/test-dialog";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { DeliveryStateBadge } from "@/components/state/delivery-badge";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { TextLink } from "@/components/ui/text-link";
import { useZone } from "@/components/ui/viewer";
import type { ChannelDto } from "@/lib/features/channels/schemas";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { removeChannel, sendTest } from "../actions";

/** What can be done with a channel: test it, change it, delete it. */
export function ChannelActions({ channel }: { channel: ChannelDto }) {
  const router = useRouter();
  return (
    <>
      <TestChannel channel={channel} />
      <ButtonLink href={`/channels/${channel.id}/edit`} icon={<Pencil aria-hidden />}>
        Change
      </ButtonLink>
      <ConfirmAction
        trigger={<Button icon={<Trash2 aria-hidden />}>Delete</Button>}
        title={`Delete ${channel.name}?`}
        description={<DeleteWarning rules={channel.rules} />}
        confirm="Delete channel"
        action={() => removeChannel(channel.id)}
        done="Channel deleted"
        onDone={() => {
          router.push("/channels");
          router.refresh();
        }}
      />
    </>
  );
}

function DeleteWarning({ rules }: { rules: ChannelDto["rules"] }) {
  if (rules.length === 0) return "No rule sends to it. What was sent stays to be read.";
  return (
    <>
      {rules.length === 1
        ? "One rule sends to it and will not any more:"
        : `${rules.length} rules send to it and will not any more:`}
      <ul className="mt-1 max-h-40 list-disc overflow-y-auto pl-4">
        {rules.map((rule) => (
          <li key={rule.id} className="foreign-text">
            {rule.name}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Sends a test message through the same path as every other, and shows what the provider answered. */
function TestChannel({ channel }: { channel: ChannelDto }) {
  const router = useRouter();
  const zone = useZone();
  return (
    <TestDialog
      label="Send a test"
      primary
      title={`Test of ${channel.name}`}
      send={() => sendTest(channel.id, zone)}
      onSent={() => router.refresh()}
    >
      {(delivery) => <TestResult delivery={delivery} channel={channel} />}
    </TestDialog>
  );
}

function TestResult({ delivery, channel }: { delivery: DeliveryDto; channel: ChannelDto }) {
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-center gap-2">
        <DeliveryStateBadge state={delivery.state} />
        <TextLink href={`/deliveries/${delivery.id}`}>Open the delivery</TextLink>
      </p>
      <AttemptList attempts={delivery.attempts} />
      {delivery.state === "unconfigured" && (
        <Callout title={`This kind of channel needs ${lackOf(channel)?.needs ?? "a setting"}`}>
          The message is kept as it would arrive.{" "}
          <TextLink className="underline" href={`/mailbox?id=${delivery.id}`}>
            Read it
          </TextLink>
        </Callout>
      )}
      {(delivery.state === "queued" || delivery.state === "sending") && (
        <Callout>It goes on by itself; its page shows how it ends.</Callout>
      )}
    </div>
  );
}
