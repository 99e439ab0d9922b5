"use client";

import type { ComponentProps } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { type Answer, ask } from "./use-action";

/** Asks first, then runs a server action and says how it ended. What else it takes is ConfirmDialog's. */
export function ConfirmAction<T>({
  action,
  done,
  onDone,
  ...dialog
}: Omit<ComponentProps<typeof ConfirmDialog>, "onConfirm"> & {
  action: () => Promise<Answer<T>>;
  /** What the toast says after it worked. */
  done?: string;
  onDone?: (data: T) => void;
}) {
  return (
    <ConfirmDialog
      {...dialog}
      onConfirm={async () => {
        const answer = await ask(action);
        if (!answer.ok) return answer.message;
        if (done !== undefined) toast(done);
        onDone?.(answer.data);
      }}
    />
  );
}
