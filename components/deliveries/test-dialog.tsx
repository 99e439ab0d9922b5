"use client";

import { Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Spinner } from "@/components/ui/spinner";

interface Props<T> {
  /** The button that opens it, and sends. */
  label: string;
  primary?: boolean;
  title: string;
  description?: string;
  send: () => Promise<Answer<T>>;
  onSent?: () => void;
  children: (sent: T) => ReactNode;
}

/** Sends a test the way alerts go, and shows what became of it. */
export function TestDialog<T>({
  label,
  primary = false,
  title,
  description,
  send,
  onSent,
  children,
}: Props<T>) {
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState<T | null>(null);
  const { run, busy, failure } = useAction(send, (result) => {
    setSent(result);
    onSent?.();
  });
  function start() {
    setSent(null);
    setOpen(true);
    void run();
  }
  return (
    <>
      <Button
        variant={primary ? "primary" : undefined}
        icon={<Send aria-hidden />}
        onClick={start}
        loading={busy && !open}
      >
        {label}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={title}
        description={description}
        footer={
          <>
            <Button onClick={start} disabled={busy}>
              Send another
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
              <Spinner /> Sending, and waiting for the answer
            </p>
          )}
          {!busy && failure !== null && (
            <Callout kind="error" title="The test was not sent">
              {failure.message ?? failure.issues[0]?.message}
            </Callout>
          )}
          {!busy && sent !== null && children(sent)}
        </div>
      </Dialog>
    </>
  );
}
