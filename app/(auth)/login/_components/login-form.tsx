"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { PasswordField } from "../../_components/password-field";
import { type SignInResult, signIn } from "../../_components/sign-in";

export function LoginForm({ target }: { target: string }) {
  const [result, setResult] = useState<SignInResult | null>(null);
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const failed = result?.ok === false ? result : null;

  async function submit(data: FormData) {
    setBusy(true);
    const answer = await signIn(String(data.get("email") ?? ""), String(data.get("password") ?? ""));
    setResult(answer);
    if (answer.ok) {
      // A whole load, so that nothing rendered for nobody stays in the router's cache.
      window.location.assign(target);
      return;
    }
    setBusy(false);
    if (answer.status === 401) password.current?.select();
  }

  return (
    <Form action={submit} message={failed?.message} issues={failed?.issues}>
      <Field label="E-mail" name="email">
        <Input
          type="text"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          autoFocus
          className="h-9"
        />
      </Field>
      <PasswordField ref={password} autoComplete="current-password" />
      <Button type="submit" variant="primary" size="lg" loading={busy} className="mt-1 w-full">
        {result?.ok ? "Opening the console" : "Sign in"}
      </Button>
    </Form>
  );
}
