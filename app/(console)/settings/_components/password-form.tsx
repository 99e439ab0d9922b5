"use client";

import { useRef } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { PASSWORD_MIN } from "@/lib/features/users/schemas";
import { changeOwnPassword } from "../actions";

export function PasswordForm() {
  const form = useRef<HTMLDivElement>(null);
  const { run, busy, failure } = useAction(changeOwnPassword, () => {
    toast("Password changed", { description: "Your other sessions have ended." });
    form.current?.querySelector("form")?.reset();
  });
  return (
    <div ref={form}>
      <Form
        action={(data) =>
          void run({
            current_password: data.get("current_password"),
            new_password: data.get("new_password"),
          })
        }
        {...failure}
      >
        <Field label="Current password" name="current_password">
          <Input type="password" autoComplete="current-password" />
        </Field>
        <Field label="New password" name="new_password" hint={`At least ${PASSWORD_MIN} characters`}>
          <Input type="password" autoComplete="new-password" />
        </Field>
        <FormActions>
          <Button type="submit" loading={busy}>
            Change password
          </Button>
        </FormActions>
      </Form>
    </div>
  );
}
