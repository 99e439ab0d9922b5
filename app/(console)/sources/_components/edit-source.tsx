"use client";

import { Pencil } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { saveSource } from "../actions";
import type { Guide } from "./guide";
import { SourceFields, sourceInput } from "./source-fields";

/** What the form asks of each kind of source. */
export type Kind = Pick<Guide, "format" | "title" | "keyPaths" | "signs">;

/** Changes what a source is called, sends, and where its keys stand. */
export function EditSource({ source, kinds }: { source: SourceDto; kinds: readonly Kind[] }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [format, setFormat] = useState(source.format);
  const { run, busy, failure, clear } = useAction(saveSource, () => {
    setOpen(false);
    toast("Source saved");
    router.refresh();
  });
  const kind = kinds.find((one) => one.format === format) ?? { title: format, keyPaths: [], signs: false };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setFormat(source.format);
        clear();
      }}
      trigger={<Button icon={<Pencil aria-hidden />}>Edit</Button>}
      title="Edit the source"
    >
      <Form action={(data) => void run(source.id, { ...sourceInput(data), format })} {...failure}>
        <Field label="Gateway" name="format" hint="The address that it posts to follows from this.">
          <Select
            options={kinds.map(({ format: value, title }) => ({ value, label: title }))}
            value={format}
            onChange={setFormat}
          />
        </Field>
        <SourceFields guide={kind} name={source.name} keyFrom={source.key_from} signed={source.signed} />
        <FormActions className="justify-end">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button type="submit" variant="primary" loading={busy}>
            Save source
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
