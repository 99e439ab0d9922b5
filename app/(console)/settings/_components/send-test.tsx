"use client";

import { useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import type { TestDto } from "@/lib/features/installation/schemas";

const TITLES: Record<TestDto["outcome"], string> = {
  sent: "The provider has accepted it",
  not_sent: "It was not sent; another try may work",
  permanent: "It was refused, and would be again",
  ambiguous: "Nobody knows whether it was sent",
};

/** Sends a test by what is saved, and shows the provider's answer word for word. */
export function SendTest({
  label,
  placeholder,
  mode,
  action,
}: {
  label: string;
  placeholder: string;
  mode: "email" | "tel";
  action: (input: unknown) => Promise<Answer<TestDto>>;
}) {
  const [result, setResult] = useState<TestDto | null>(null);
  const { run, busy, failure } = useAction(action, setResult);
  return (
    <Form
      action={(data) => {
        setResult(null);
        void run({ to: data.get("to") });
      }}
      {...failure}
    >
      <div className="flex items-end gap-2">
        <Field label={label} name="to" className="min-w-0 grow">
          <Input inputMode={mode} placeholder={placeholder} autoComplete="off" autoCapitalize="none" />
        </Field>
        <Button type="submit" loading={busy}>
          Send
        </Button>
      </div>
      <div role="status" className="empty:hidden">
        {result !== null && (
          <Callout kind={result.outcome === "sent" ? "success" : "error"} title={TITLES[result.outcome]}>
            <span className="foreign-text">{result.error ?? result.response}</span>
          </Callout>
        )}
      </div>
    </Form>
  );
}
