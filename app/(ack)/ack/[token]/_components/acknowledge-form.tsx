"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { acknowledge } from "../actions";

/** Asks first: programs that follow links in mails must not acknowledge anything. */
export function AcknowledgeForm({ token }: { token: string }) {
  const router = useRouter();
  const [message, setMessage] = useState<string | null>(null);
  const [pending, start] = useTransition();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-fg-2 text-sm">
        Acknowledging stops the reminders and the escalation of this incident until it resolves. Everybody
        with access sees that it was done from this message.
      </p>
      {message !== null && <Callout kind="error" title={message} />}
      <Button
        variant="primary"
        size="lg"
        loading={pending}
        onClick={() =>
          start(async () => {
            const result = await acknowledge(token);
            if (result.ok) router.refresh();
            else setMessage(result.message);
          })
        }
      >
        Acknowledge
      </Button>
    </div>
  );
}
