"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

/** Asks before it acts, on a page that a message links to: programs that follow links must not change anything. */
export function ConfirmPageForm({
  action,
  confirm,
  children,
}: {
  action: () => Promise<{ ok: true } | { ok: false; message: string }>;
  confirm: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const [message, setMessage] = useState<string | null>(null);
  const [pending, start] = useTransition();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-fg-2 text-sm">{children}</p>
      {message !== null && <Callout kind="error" title={message} />}
      <Button
        variant="primary"
        size="lg"
        loading={pending}
        onClick={() =>
          start(async () => {
            const result = await action();
            if (result.ok) router.refresh();
            else setMessage(result.message);
          })
        }
      >
        {confirm}
      </Button>
    </div>
  );
}
