"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, type FormIssue } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { PASSWORD_MIN } from "@/lib/features/users/schemas";
import type { ActionResult } from "@/lib/http/action";
import { PasswordField } from "./password-field";
import { signIn } from "./sign-in";

interface Failure {
  message: string | null;
  issues: readonly FormIssue[];
}

const UNREACHABLE: Failure = {
  message: "Keygauge does not answer. Check the connection and try again.",
  issues: [],
};

/** Makes an account by a link that is the right to do so, and signs in with it. `email` is given where it is fixed. */
export function AccountForm({
  create,
  label,
  home,
  email,
}: {
  create: (input: unknown) => Promise<ActionResult<{ email: string }>>;
  label: string;
  /** Where to go then. */
  home: string;
  email?: string;
}) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(data: FormData) {
    setBusy(true);
    const text = (name: string) => String(data.get(name) ?? "");
    const input = { name: text("name"), email: text("email"), password: text("password") };
    const made = await create(input).catch(() => null);
    if (made?.ok) {
      const signedIn = await signIn(made.data.email, input.password);
      window.location.assign(signedIn.ok ? home : "/login");
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
      {email === undefined ? (
        <Field label="E-mail" name="email">
          <Input
            type="text"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            className="h-9"
          />
        </Field>
      ) : (
        // Password managers keep it with the password.
        <input type="hidden" name="email" autoComplete="username" value={email} />
      )}
      <PasswordField autoComplete="new-password" hint={`At least ${PASSWORD_MIN} characters`} />
      <Button type="submit" variant="primary" size="lg" loading={busy} className="mt-1 w-full">
        {label}
      </Button>
    </Form>
  );
}
