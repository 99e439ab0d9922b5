"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { addDashboard } from "../actions";

/** Makes an empty dashboard and leads to it. */
export function NewDashboard({ primary = false }: { primary?: boolean }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { run, busy, failure, clear } = useAction(addDashboard, ({ id }) => router.push(`/dashboards/${id}`));
  function change(next: boolean) {
    setOpen(next);
    clear();
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title="New dashboard"
      trigger={
        <Button variant={primary ? "primary" : "secondary"} icon={<Plus aria-hidden />}>
          New dashboard
        </Button>
      }
    >
      <Form action={(data) => void run({ name: data.get("name") })} {...failure}>
        <Field label="Name" name="name">
          <Input autoFocus autoComplete="off" maxLength={120} />
        </Field>
        <FormActions className="justify-end">
          <Button onClick={() => change(false)}>Cancel</Button>
          <Button type="submit" variant="primary" loading={busy}>
            Make dashboard
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
