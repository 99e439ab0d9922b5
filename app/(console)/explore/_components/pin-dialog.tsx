"use client";

import { Pin } from "lucide-react";
import { useState } from "react";
import { ask, type Failure } from "@/components/forms/use-action";
import { useFetched } from "@/components/live/use-fetched";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { RadioGroup } from "@/components/ui/radio-group";
import { Select } from "@/components/ui/select";
import { TextLink } from "@/components/ui/text-link";
import type { DashboardSummary } from "@/lib/features/dashboards/schemas";
import { addDashboard, pinPanel } from "../../dashboards/actions";

const NEW = "new";

type Props = {
  title: string;
  query: string;
  /** Admins change everybody's dashboards. */
  isAdmin: boolean;
};

/** Pins what shows to a dashboard of one's own, or to a new one. */
export function PinDialog(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Pin to a dashboard"
      trigger={
        <Button icon={<Pin aria-hidden />}>
          <span className="max-sm:sr-only">Pin</span>
        </Button>
      }
    >
      <PinForm {...props} onClose={() => setOpen(false)} />
    </Dialog>
  );
}

function PinForm({ title, query, isAdmin, onClose }: Props & { onClose: () => void }) {
  const found = useFetched<{ data: DashboardSummary[] }>("/api/v1/dashboards?limit=500");
  const [made, setMade] = useState<{ id: string; name: string } | null>(null);
  const dashboards = (found.data?.data ?? []).filter(({ own }) => own || isAdmin);
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pinned, setPinned] = useState<{ id: string; name: string } | null>(null);
  const target = chosen ?? dashboards[0]?.id ?? NEW;

  async function pin(data: FormData) {
    setBusy(true);
    setFailure(await pinTo(data));
    setBusy(false);
  }

  /** What went wrong; null when it is done. A dashboard that was made stays, should the pinning fail. */
  async function pinTo(data: FormData): Promise<Failure | null> {
    let to = made ?? dashboards.find(({ id }) => id === target);
    if (to === undefined) {
      const answer = await ask(() => addDashboard({ name: data.get("name") }));
      if (!answer.ok) return failureOf(answer);
      to = answer.data;
      setMade(to);
    }
    const { id } = to;
    const answer = await ask(() => pinPanel(id, { title: data.get("title"), query, size: data.get("size") }));
    if (!answer.ok) return failureOf(answer);
    setPinned(to);
    return null;
  }

  if (pinned !== null) {
    return (
      <div className="flex flex-col gap-4">
        <p role="status">
          Pinned to{" "}
          <TextLink href={`/dashboards/${pinned.id}`} className="font-medium">
            <bdi>{pinned.name}</bdi>
          </TextLink>
          .
        </p>
        <FormActions className="justify-end">
          <Button onClick={onClose}>Stay here</Button>
        </FormActions>
      </div>
    );
  }
  if (found.state === "loading" && found.data === null) return <p role="status">Loading …</p>;
  return (
    <Form action={(data) => void pin(data)} {...failure}>
      {dashboards.length > 0 && made === null && (
        <Field label="Dashboard">
          <Select
            value={target}
            onChange={setChosen}
            options={[
              ...dashboards.map(({ id, name, own, owner_name }) => ({
                value: id,
                label: name.slice(0, 80),
                ...(!own && { hint: `by ${owner_name.slice(0, 60)}` }),
              })),
              { value: NEW, label: "A new one" },
            ]}
          />
        </Field>
      )}
      {target === NEW && made === null && (
        <Field label="Name of the new dashboard" name="name">
          <Input autoComplete="off" maxLength={120} />
        </Field>
      )}
      <Field label="Title of the panel" name="title">
        <Input autoComplete="off" defaultValue={title.slice(0, 120)} maxLength={120} />
      </Field>
      <div>
        <p className="mb-1.5 font-medium">Width</p>
        <RadioGroup
          aria-label="Width"
          name="size"
          defaultValue="half"
          options={[
            { value: "half", label: "Half", hint: "beside another" },
            { value: "full", label: "Full" },
          ]}
        />
      </div>
      <FormActions className="justify-end">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" loading={busy}>
          Pin
        </Button>
      </FormActions>
    </Form>
  );
}

const failureOf = ({ message, issues }: { message: string; issues: Failure["issues"] }): Failure => ({
  message: issues.length > 0 ? null : message,
  issues,
});
