"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { addKey } from "../actions";
import { useCommand } from "./use-command";

/** Registers a key before its first event. */
export function AddKey({ primary, onAdded }: { primary: boolean; onAdded: () => void }) {
  const [open, setOpen] = useState(false);
  const { busy, failure, reset, run } = useCommand();
  const router = useRouter();

  async function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const done = await run(() =>
      addKey({
        key: text("key"),
        provider: text("provider"),
        name: text("name") || null,
        pool: text("pool") || null,
      }),
    );
    if (done === null) return;
    setOpen(false);
    onAdded();
    const { key, created } = done.data;
    toast(created ? "Key added" : "This key is known already", {
      kind: created ? "success" : "info",
      description: key.name ?? key.hint,
    });
    router.push(`/keys/${key.id}`);
  }

  return (
    <Dialog
      trigger={
        <Button variant={primary ? "primary" : "secondary"} icon={<Plus aria-hidden />}>
          Add key
        </Button>
      }
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        reset();
      }}
      title="Add a key"
      description="Only a fingerprint and the last characters are kept. Events with the same key and provider are counted on it."
    >
      <Form action={submit} message={failure?.message} issues={failure?.issues}>
        <Field label="Key" name="key" hint="The API key itself, or the stable name that events carry">
          <Input mono autoComplete="off" spellCheck={false} data-1p-ignore />
        </Field>
        <Field label="Provider" name="provider" optional hint="As events name it, such as openai">
          <Input autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field label="Name" name="name" optional>
          <Input />
        </Field>
        <Field label="Pool" name="pool" optional hint="Keys of one provider that can stand in for each other">
          <Input />
        </Field>
        <FormActions>
          <Button type="submit" variant="primary" loading={busy}>
            Add key
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
