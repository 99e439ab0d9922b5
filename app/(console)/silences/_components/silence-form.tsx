"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { Combobox } from "@/components/ui/combobox";
import { Field, FieldGroup } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { ScopeOption } from "@/lib/features/rules/scope-options";
import { addSilence } from "../actions";
import { MATCHER_FIELDS, type MatcherField } from "./silence-href";
import { SilencePreview } from "./silence-preview";

type Draft = Record<MatcherField, string>;
type Options = Record<"key" | "provider" | "pool" | "rule", readonly ScopeOption[]>;

const MINUTE = 60_000;
const UNTIL = "until";
const DURATIONS = [
  { value: "30", label: "30 minutes" },
  { value: "60", label: "1 hour" },
  { value: "240", label: "4 hours" },
  { value: "1440", label: "1 day" },
  { value: "10080", label: "7 days" },
  { value: UNTIL, label: "Until …" },
];
const SEVERITIES = [
  { value: "any", label: "Any severity" },
  { value: "warning", label: "Warning only" },
  { value: "critical", label: "Critical only" },
];
const STARTS = [
  { value: "now", label: "Now" },
  { value: "later", label: "At …" },
];

/** What is silenced, for how long and why; beside it what that keeps quiet at the moment. */
export function SilenceForm({
  initial,
  keys: chosen,
  options,
}: {
  initial: Draft & { comment: string };
  /** Keys that were chosen elsewhere; empty for none. */
  keys: readonly string[];
  options: Options;
}) {
  const router = useRouter();
  const { comment, ...matcher } = initial;
  const [draft, setDraft] = useState<Draft>(matcher);
  const [keys, setKeys] = useState(chosen);
  const [start, setStart] = useState("now");
  const [length, setLength] = useState("60");
  const { run, busy, failure } = useAction(addSilence, () => {
    toast("Silenced");
    router.push("/silences");
    router.refresh();
  });
  const set = (field: MatcherField) => (value: string | null) =>
    setDraft((before) => ({ ...before, [field]: value ?? "" }));
  const named = {
    ...(keys.length === 0 ? {} : { keys }),
    ...Object.fromEntries(
      MATCHER_FIELDS.flatMap((field) => (draft[field] === "" ? [] : [[field, draft[field]]])),
    ),
  };

  function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "");
    const startsAt = start === "now" ? Date.now() : instant(text("starts_at"));
    const endsAt =
      length === UNTIL ? instant(text("ends_at")) : startsAt && startsAt + Number(length) * MINUTE;
    void run({
      matcher: named,
      // What cannot be read goes in as it is, for the check to name it.
      ...(start === "now" ? {} : { starts_at: startsAt ?? text("starts_at") }),
      ends_at: endsAt ?? text("ends_at"),
      comment: text("comment"),
    });
  }

  const choice = (field: keyof Options, label: string, any: string) => (
    <Field label={label} name={`matcher.${field}`} optional>
      <Combobox
        options={options[field]}
        value={draft[field] === "" ? null : draft[field]}
        placeholder={any}
        onChange={set(field)}
      />
    </Field>
  );
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
      <Card>
        <Form action={submit} message={failure?.message} issues={failure?.issues}>
          <FieldGroup legend="What" hint="All of it together; what is left open matches everything">
            {keys.length > 0 && (
              <p className="mb-3 flex items-center gap-2">
                {keys.length === 1 ? "1 chosen key" : `${keys.length} chosen keys`}
                <Button size="sm" variant="ghost" onClick={() => setKeys([])}>
                  Any key instead
                </Button>
              </p>
            )}
            <div className="grid gap-4 sm:grid-cols-2">
              {choice("key", "Key", "Any key")}
              {choice("provider", "Provider", "Any provider")}
              {choice("pool", "Pool", "Any pool")}
              {choice("rule", "Rule", "Any rule")}
              <Field label="Severity" name="matcher.severity">
                <Select
                  options={SEVERITIES}
                  value={draft.severity === "" ? "any" : draft.severity}
                  onChange={(value) => set("severity")(value === "any" ? null : value)}
                />
              </Field>
            </div>
          </FieldGroup>
          <FieldGroup legend="When">
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="Begins">
                <Select options={STARTS} value={start} onChange={setStart} />
              </Field>
              {start === "later" && (
                <Field label="Begins at" name="starts_at" hint="In your time zone">
                  <Input type="datetime-local" />
                </Field>
              )}
              <Field label="Lasts" name={length === UNTIL ? undefined : "ends_at"}>
                <Select options={DURATIONS} value={length} onChange={setLength} />
              </Field>
              {length === UNTIL && (
                <Field label="Ends at" name="ends_at" hint="In your time zone">
                  <Input type="datetime-local" />
                </Field>
              )}
            </div>
          </FieldGroup>
          <Field label="Why" name="comment" optional hint="Stands beside every message that it keeps back">
            <Textarea rows={2} maxLength={1_000} defaultValue={comment} />
          </Field>
          <FormActions>
            <Button type="submit" variant="primary" loading={busy}>
              Silence
            </Button>
            <ButtonLink href="/silences">Cancel</ButtonLink>
          </FormActions>
        </Form>
      </Card>
      <SilencePreview matcher={named} />
    </div>
  );
}

/** What was chosen, as the viewer's clock reads it; null for nothing. */
function instant(text: string): number | null {
  const at = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isFinite(at) ? at : null;
}
