"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useTimes, useZone } from "@/components/ui/viewer";
import { fromLocalInput, toLocalInput } from "@/lib/domain/charts/range";
import type { AnnotationDto, AnnotationScope } from "@/lib/features/annotations/schemas";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { formatInstant } from "@/lib/format";
import { addAnnotation, removeAnnotation } from "../../actions";

type Props = { of: KeyDto; annotations: readonly AnnotationDto[]; canWrite: boolean; onChanged: () => void };

/** What happened outside, as drawn into the key's charts: one more, and those of the range. */
export function Annotations({
  open,
  onOpenChange,
  ...props
}: Props & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [added, setAdded] = useState(0);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Annotations"
      description="A deployment, a price change, an outage: drawn into the charts of what they are about."
    >
      {open && (
        <>
          {props.canWrite && (
            // Once it is added, the form is an empty one again.
            <AnnotationForm
              key={added}
              {...props}
              onChanged={() => {
                setAdded(added + 1);
                props.onChanged();
              }}
            />
          )}
          <AnnotationList {...props} />
        </>
      )}
    </Dialog>
  );
}

function AnnotationForm({ of, onChanged }: Props) {
  const zone = useZone();
  const [scope, setScope] = useState<"key" | "provider" | "all">("key");
  const [begin] = useState(() => toLocalInput(Date.now(), zone));
  const { run, busy, failure } = useAction(addAnnotation, () => {
    toast("Annotation added", { kind: "success" });
    onChanged();
  });
  const scopes: Record<typeof scope, AnnotationScope> = {
    key: { key: of.id },
    provider: { provider: of.provider ?? "" },
    all: {},
  };
  async function submit(data: FormData) {
    const time = (name: string) => fromLocalInput(String(data.get(name) ?? ""), zone);
    await run({
      text: String(data.get("text") ?? ""),
      at: time("at"),
      ends_at: time("ends_at"),
      scope: scopes[scope],
    });
  }
  return (
    <Form action={submit} message={failure?.message} issues={failure?.issues}>
      <Field label="What happened" name="text">
        <Input maxLength={200} required placeholder="Router v2.3 deployed" autoFocus />
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="When" name="at">
          <Input type="datetime-local" defaultValue={begin} required />
        </Field>
        <Field label="Until" name="ends_at" optional>
          <Input type="datetime-local" />
        </Field>
      </div>
      <Field label="About">
        <Select
          value={scope}
          onChange={setScope}
          options={[
            { value: "key", label: "This key" },
            ...(of.provider === null
              ? []
              : [{ value: "provider" as const, label: `All keys of ${of.provider}` }]),
            { value: "all", label: "All keys" },
          ]}
        />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Add annotation
        </Button>
      </FormActions>
    </Form>
  );
}

function AnnotationList({ annotations, canWrite, onChanged }: Props) {
  const times = useTimes();
  if (annotations.length === 0) return <p className="mt-4 text-fg-3">None in this range.</p>;
  return (
    <ul className="mt-4 divide-y border-t">
      {annotations.toReversed().map(({ id, text, at, ends_at, created_by }) => (
        <li key={id} className="flex items-start gap-2 py-2">
          <span className="min-w-0 grow">
            <bdi className="foreign-text block">{text}</bdi>
            <span className="text-fg-3 text-xs">
              {formatInstant(Date.parse(at), times)}
              {ends_at !== null && ` – ${formatInstant(Date.parse(ends_at), times)}`} · by{" "}
              <bdi>{created_by}</bdi>
            </span>
          </span>
          {canWrite && (
            <ConfirmAction
              trigger={<IconButton label={`Delete “${text.slice(0, 60)}”`} size="sm" icon={<Trash2 />} />}
              title="Delete this annotation?"
              description="It leaves the charts of everybody."
              confirm="Delete"
              action={() => removeAnnotation(id)}
              done="Annotation deleted"
              onDone={onChanged}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
