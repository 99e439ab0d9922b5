"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { TimeZoneField } from "@/components/rules/time-zone-field";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { NumberInput } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { SmsBudgetDto } from "@/lib/features/sms-budget/schemas";
import { saveSmsBudget } from "../../actions";

const NONE = "none";

export function SmsBudgetForm({
  budget,
  targets,
}: {
  budget: SmsBudgetDto;
  targets: readonly { value: string; label: string }[];
}) {
  const router = useRouter();
  const [zone, setZone] = useState(budget.time_zone);
  const [channel, setChannel] = useState(budget.channel ?? NONE);
  const { run, busy, failure } = useAction(saveSmsBudget, () => {
    toast("Budget saved", { kind: "success" });
    router.refresh();
  });
  function submit(data: FormData) {
    const count = (name: string) => {
      const text = String(data.get(name) ?? "").trim();
      return text === "" ? null : Number(text);
    };
    void run({
      per_day: count("per_day"),
      per_month: count("per_month"),
      time_zone: zone,
      channel: channel === NONE ? null : channel,
    });
  }
  return (
    <Form action={submit} {...failure}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="A day" name="per_day" hint={`${budget.used_today} sent today`}>
          <NumberInput unit="SMS" min={0} defaultValue={budget.per_day ?? ""} placeholder="No bound" />
        </Field>
        <Field label="A month" name="per_month" hint={`${budget.used_this_month} sent this month`}>
          <NumberInput unit="SMS" min={0} defaultValue={budget.per_month ?? ""} placeholder="No bound" />
        </Field>
      </div>
      <TimeZoneField value={zone} onChange={setZone} hint="Where days and months begin" />
      <Field
        label="Used up, messages go to"
        name="channel"
        hint="Where an SMS channel has no fallback of its own. Without one they wait for the next day or month"
      >
        <Select
          options={[{ value: NONE, label: "Nobody" }, ...targets]}
          value={channel}
          onChange={setChannel}
        />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
