"use client";

import { type ReactElement, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { LimitDto } from "@/lib/features/keys/schemas";
import { LimitForm } from "../../_components/limit-form";
import { addLimit, changeLimit } from "../../actions";

/** Declares a limit, or changes a declared one. */
export function LimitDialog({
  keyId,
  limit,
  trigger,
  onSaved,
}: {
  keyId: string;
  limit?: LimitDto;
  trigger: ReactElement;
  onSaved: () => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={setOpen}
      title={limit === undefined ? "Add a limit" : "Change the limit"}
      description="What the key may use in a stretch of time, as its contract or its provider says."
    >
      {/* Inside the dialog, so that it starts anew each time. */}
      <LimitForm
        limit={limit}
        label={limit === undefined ? "Add limit" : "Save"}
        save={(input) => (limit === undefined ? addLimit(keyId, input) : changeLimit(keyId, limit.id, input))}
        onSaved={() => {
          setOpen(false);
          toast(limit === undefined ? "Limit added" : "Limit changed", { kind: "success" });
          onSaved();
        }}
      />
    </Dialog>
  );
}
