"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { ROLE_OPTIONS } from "../../_components/roles";
import { invite } from "../../actions";
import { OneTimePassword } from "./one-time-password";

/** Makes an account and shows its first password once. */
export function Invite() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ name: string; email: string; password: string } | null>(null);
  const { run, busy, failure, clear } = useAction(invite, ({ user, password }) => {
    setMade({ name: user.name, email: user.email, password });
    router.refresh();
  });
  function change(next: boolean) {
    setOpen(next);
    clear();
    if (next) setMade(null);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm" icon={<UserPlus aria-hidden />}>
          Add a person
        </Button>
      }
      title={made === null ? "Add a person" : `${made.name} can sign in`}
      footer={made !== null && <Button onClick={() => change(false)}>Done</Button>}
    >
      {made === null ? (
        <Form
          action={(data) =>
            void run({ name: data.get("name"), email: data.get("email"), role: data.get("role") })
          }
          {...failure}
        >
          <Field label="Name" name="name">
            <Input autoFocus autoComplete="off" />
          </Field>
          <Field label="E-mail" name="email" hint="They sign in with it">
            <Input inputMode="email" autoComplete="off" autoCapitalize="none" />
          </Field>
          <Field label="Role" name="role">
            <Select options={ROLE_OPTIONS} defaultValue="operator" />
          </Field>
          <FormActions className="justify-end">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Add
            </Button>
          </FormActions>
        </Form>
      ) : (
        <OneTimePassword email={made.email} password={made.password} />
      )}
    </Dialog>
  );
}
