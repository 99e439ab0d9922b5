"use client";

import { type ReactElement, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input, NumberInput } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useZone } from "@/components/ui/viewer";
import { LIMIT_METRICS, type LimitMetric } from "@/lib/domain/usage/limit";
import { metric } from "@/lib/domain/usage/metric";
import type { LimitDto } from "@/lib/features/keys/schemas";
import { useCommand } from "../../_components/use-command";
import { addLimit, changeLimit } from "../../actions";

const WINDOWS = [
  { value: "1m", label: "A minute" },
  { value: "1h", label: "Any 60 minutes" },
  { value: "24h", label: "Any 24 hours" },
  { value: "calendar_hour", label: "A calendar hour" },
  { value: "calendar_day", label: "A calendar day" },
  { value: "calendar_month", label: "A calendar month" },
] as const;
const OTHER = "other";

const UNITS: Record<LimitMetric, string> = {
  requests: "requests",
  input_tokens: "tokens",
  output_tokens: "tokens",
  total_tokens: "tokens",
  cost_usd: "USD",
};

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
        keyId={keyId}
        limit={limit}
        onSaved={() => {
          setOpen(false);
          onSaved();
        }}
      />
    </Dialog>
  );
}

function LimitForm({
  keyId,
  limit,
  onSaved,
}: {
  keyId: string;
  limit: LimitDto | undefined;
  onSaved: () => void;
}) {
  const viewerZone = useZone();
  const { busy, failure, run } = useCommand();
  const [of, setOf] = useState<LimitMetric>(limit?.metric ?? "requests");
  const [window, setWindow] = useState<string>(
    WINDOWS.find(({ value }) => value === (limit?.window ?? "calendar_day"))?.value ?? OTHER,
  );
  const calendar = window.startsWith("calendar_");

  async function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const amount = text("amount");
    const input = {
      metric: of,
      amount: amount === "" ? null : Number(amount),
      window: window === OTHER ? text("window") : window,
      time_zone: calendar ? text("time_zone") || "UTC" : (limit?.time_zone ?? "UTC"),
    };
    const done = await run(() =>
      limit === undefined ? addLimit(keyId, input) : changeLimit(keyId, limit.id, input),
    );
    if (done === null) return;
    toast(limit === undefined ? "Limit added" : "Limit changed", { kind: "success" });
    onSaved();
  }

  return (
    <Form action={submit} message={failure?.message} issues={failure?.issues}>
      <Field label="What counts" name="metric">
        <Select
          options={LIMIT_METRICS.map((name) => ({ value: name, label: metric(name).label }))}
          value={of}
          onChange={setOf}
        />
      </Field>
      <Field label="Amount" name="amount">
        <NumberInput unit={UNITS[of]} defaultValue={limit?.amount ?? ""} min={0} autoFocus />
      </Field>
      <Field
        label="In"
        name={window === OTHER ? "window_choice" : "window"}
        hint={calendar ? "Starts again from zero when the period begins" : "Looks back from each moment"}
      >
        <Select
          options={[...WINDOWS, { value: OTHER, label: "Another duration" }]}
          value={window}
          onChange={setWindow}
        />
      </Field>
      {window === OTHER && (
        <Field label="Duration" name="window" hint="From 10s to 31d, such as 90s, 5m, 6h or 7d">
          <Input mono defaultValue={limit?.window ?? ""} placeholder="5m" />
        </Field>
      )}
      {calendar && (
        <Field
          label="Time zone"
          name="time_zone"
          hint="In which the period begins, such as America/Los_Angeles"
        >
          <Input defaultValue={limit?.time_zone ?? viewerZone} spellCheck={false} />
        </Field>
      )}
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          {limit === undefined ? "Add limit" : "Save"}
        </Button>
      </FormActions>
    </Form>
  );
}
