"use client";

import { useState } from "react";
import { ZoneCombobox } from "@/components/forms/zone-combobox";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input, NumberInput } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { useZone } from "@/components/ui/viewer";
import { LIMIT_METRICS, type LimitMetric } from "@/lib/domain/usage/limit";
import { metric } from "@/lib/domain/usage/metric";
import type { LimitDto } from "@/lib/features/keys/schemas";
import type { ActionResult } from "@/lib/http/action";
import { useCommand } from "./use-command";

type LimitInput = { metric: LimitMetric; amount: number | null; window: string; time_zone: string };

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

/** The fields of a limit, filled from `limit` if it is there; `save` answers as a server action does. */
export function LimitForm({
  limit,
  label,
  save,
  onSaved,
}: {
  limit?: LimitDto | undefined;
  /** What the button says. */
  label: string;
  save: (input: LimitInput) => Promise<ActionResult<unknown>>;
  onSaved: () => void;
}) {
  const viewerZone = useZone();
  const { busy, failure, run } = useCommand();
  const [of, setOf] = useState<LimitMetric>(limit?.metric ?? "requests");
  const [window, setWindow] = useState<string>(
    WINDOWS.find(({ value }) => value === (limit?.window ?? "calendar_day"))?.value ?? OTHER,
  );
  const [zone, setZone] = useState(limit?.time_zone ?? viewerZone);
  const calendar = window.startsWith("calendar_");

  async function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const amount = text("amount");
    const input: LimitInput = {
      metric: of,
      amount: amount === "" ? null : Number(amount),
      window: window === OTHER ? text("window") : window,
      time_zone: calendar ? zone : (limit?.time_zone ?? "UTC"),
    };
    if ((await run(() => save(input))) !== null) onSaved();
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
        <Field label="Time zone" name="time_zone" hint="In which the period begins">
          <ZoneCombobox value={zone} onChange={(next) => setZone(next ?? "UTC")} />
        </Field>
      )}
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          {label}
        </Button>
      </FormActions>
    </Form>
  );
}
