"use client";

import type { ReactElement, ReactNode } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { type Answer, ask } from "./use-action";

/** A button that asks first, then runs a server action and says how it ended. */
export function ConfirmAction<T>({
  trigger,
  title,
  description,
  confirm,
  danger,
  action,
  done,
  onDone,
}: {
  trigger: ReactElement;
  title: ReactNode;
  description: ReactNode;
  confirm: string;
  danger?: boolean;
  action: () => Promise<Answer<T>>;
  /** What the toast says after it worked. */
  done?: string;
  onDone?: (data: T) => void;
}) {
  return (
    <ConfirmDialog
      trigger={trigger}
      title={title}
      description={description}
      confirm={confirm}
      {...(danger === undefined ? {} : { danger })}
      onConfirm={async () => {
        const answer = await ask(action);
        if (!answer.ok) return answer.message;
        if (done !== undefined) toast(done);
        onDone?.(answer.data);
      }}
    />
  );
}
