"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, type FormIssue } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { PASSWORD_MIN } from "@/lib/features/users/schemas";
import { PasswordField } from "../../_components/password-field";
import { signIn } from "../../_components/sign-in";
import { createAdmin } from "../actions";

interface Failure {
  message: string | null;
  issues: readonly FormIssue[];
}

const UNREACHABLE: Failure = {
  message: "Keygauge does not answer. Check the connection and try again.",
  issues: [],
};

export function SetupForm({ token }: { token: string }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(data: FormData) {
    setBusy(true);
    const text = (name: string) => String(data.get(name) ?? "");
    const input = { name: text("name"), email: text("email"), password: text("password") };
    const made = await createAdmin(token, input).catch(() => null);
    if (made?.ok) {
      const signedIn = await signIn(made.data.email, input.password);
      window.location.assign(signedIn.ok ? "/start" : "/login");
      return;
    }
    setBusy(false);
    // With issues the form's own heading says how many fields need a change.
    setFailure(
      made === null
        ? UNREACHABLE
        : { message: made.issues.length > 0 ? null : made.message, issues: made.issues },
    );
  }

  return (
    <Form action={submit} message={failure?.message} issues={failure?.issues}>
      <Field label="Name" name="name">
        <Input autoComplete="name" autoFocus className="h-9" />
      </Field>
      <Field label="E-mail" name="email">
        <Input type="text" inputMode="email" autoComplete="username" autoCapitalize="none" className="h-9" />
      </Field>
      <PasswordField autoComplete="new-password" hint={`At least ${PASSWORD_MIN} characters`} />
      <Button type="submit" variant="primary" size="lg" loading={busy} className="mt-1 w-full">
        Create admin
      </Button>
    </Form>
  );
}
