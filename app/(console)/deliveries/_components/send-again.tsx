"use client";

import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { repeatDelivery } from "../actions";

/** Sends a message that has come to an end once more, as a new delivery. */
export function SendAgain({ delivery }: { delivery: DeliveryDto }) {
  const router = useRouter();
  const accepted = delivery.state === "sent" || delivery.state === "delivered";
  return (
    <ConfirmAction
      trigger={<Button icon={<RotateCw aria-hidden />}>Send again</Button>}
      title="Send the message again?"
      description={
        accepted
          ? "It was accepted already: everybody on the channel gets it a second time."
          : "It goes out as a new delivery to those whom the provider has not accepted it for."
      }
      danger={false}
      confirm="Send again"
      action={() => repeatDelivery(delivery.id)}
      done="The message is queued again"
      onDone={({ id }) => router.push(`/deliveries/${id}`)}
    />
  );
}
