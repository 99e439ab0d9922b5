"use client";

import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { formatMs } from "@/lib/format";
import { SilencePreview } from "../../silences/_components/silence-preview";
import { silenceFor } from "../../silences/actions";

const MINUTES = [30, 60, 240, 1_440, 10_080];
const words = (minutes: number) => formatMs(minutes * 60_000);

/** For how long the chosen keys are silenced, and what that keeps quiet at the moment. */
export function SilenceKeys({ keys, onDone }: { keys: readonly string[]; onDone: (length: string) => void }) {
  const [minutes, setMinutes] = useState("60");
  const { run, busy, failure } = useAction(silenceFor, () => onDone(words(Number(minutes))));
  return (
    <Form
      action={(data) => void run({ keys }, Number(minutes), String(data.get("comment") ?? ""))}
      message={failure?.message}
      issues={failure?.issues}
    >
      <Field label="Lasts">
        <Select
          value={minutes}
          onChange={setMinutes}
          options={MINUTES.map((value) => ({ value: String(value), label: words(value) }))}
        />
      </Field>
      <Field label="Why" name="comment" optional hint="Stands beside every message that it keeps back">
        <Input maxLength={1_000} />
      </Field>
      <SilencePreview matcher={{ keys }} />
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Silence
        </Button>
      </FormActions>
    </Form>
  );
}
