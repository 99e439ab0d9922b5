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
import { addSource } from "../actions";
import { NewToken } from "./new-token";

/** Adds a source in two steps of one dialog: its name, then its token with a command to try it. */
export function AddSource({
  appUrl,
  initiallyOpen = false,
}: {
  appUrl: string | null;
  initiallyOpen?: boolean;
}) {
  const router = useRouter();
  const [open, setOpen] = useState(initiallyOpen);
  const [made, setMade] = useState<{ id: string; name: string; token: string } | null>(null);
  const { run, busy, failure, clear } = useAction(addSource, (source) => {
    setMade(source);
    router.refresh();
  });
  function change(next: boolean) {
    setOpen(next);
    clear();
    if (next) setMade(null);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      wide={made !== null}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          Add source
        </Button>
      }
      title={made === null ? "Add a source" : `${made.name} is ready to receive`}
      description={made === null ? "A source is one gateway that reports its API calls here." : undefined}
      footer={made !== null && <Button onClick={() => change(false)}>Done</Button>}
    >
      {made === null ? (
        <Form action={(data) => void run({ name: data.get("name") })} {...failure}>
          <Field label="Name" name="name" hint="What people call this gateway, such as litellm-prod">
            <Input autoFocus autoComplete="off" />
          </Field>
          <FormActions className="justify-end">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Add source
            </Button>
          </FormActions>
        </Form>
      ) : (
        <NewToken source={{ id: made.id, accepted: 0, rejected: 0 }} token={made.token} appUrl={appUrl} />
      )}
    </Dialog>
  );
}
