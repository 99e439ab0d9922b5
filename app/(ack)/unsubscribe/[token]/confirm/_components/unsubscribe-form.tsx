"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { unsubscribe } from "../actions";

/** Asks first: who only looks leaves nothing. */
export function UnsubscribeForm({ token }: { token: string }) {
  const router = useRouter();
  const [message, setMessage] = useState<string | null>(null);
  const [pending, start] = useTransition();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-fg-2 text-sm">
        Alerts of this channel will not reach you by e-mail any more. Everybody with access sees that it was
        done from a message.
      </p>
      {message !== null && <Callout kind="error" title={message} />}
      <Button
        variant="primary"
        size="lg"
        loading={pending}
        onClick={() =>
          start(async () => {
            const result = await unsubscribe(token);
            if (result.ok) router.refresh();
            else setMessage(result.message);
          })
        }
      >
        Stop the messages
      </Button>
    </div>
  );
}
