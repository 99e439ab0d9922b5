"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";

/** Asks for another name; `onRename` says itself what went wrong, and whether it worked. */
export function RenameDialog({
  open,
  onOpenChange,
  what,
  name,
  onRename,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  what: string;
  name: string;
  onRename: (name: string) => Promise<boolean>;
}) {
  const [busy, setBusy] = useState(false);
  async function rename(next: string) {
    setBusy(true);
    if (await onRename(next)) onOpenChange(false);
    setBusy(false);
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Rename the ${what}`}>
      <Form action={(data) => void rename(String(data.get("name")))}>
        <Field label="Name" name="name">
          <Input autoFocus autoComplete="off" defaultValue={name} maxLength={120} required />
        </Field>
        <FormActions className="justify-end">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" variant="primary" loading={busy}>
            Rename
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
