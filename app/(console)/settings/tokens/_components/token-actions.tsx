"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { Select } from "@/components/ui/select";
import type { TokenDto } from "@/lib/features/tokens/schemas";
import { ROLE_OPTIONS } from "../../_components/roles";
import { addToken, endToken } from "../../actions";

/** Makes a management token and shows it once. */
export function AddToken() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const { run, busy, failure, clear } = useAction(addToken, (token) => {
    setMade(token);
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
        <Button size="sm" icon={<Plus aria-hidden />}>
          Make a token
        </Button>
      }
      title={made === null ? "Make a management token" : `The token ${made.name}`}
      footer={made !== null && <Button onClick={() => change(false)}>Done</Button>}
    >
      {made === null ? (
        <Form action={(data) => void run({ name: data.get("name"), role: data.get("role") })} {...failure}>
          <Field label="Name" name="name" hint="What will use it, such as terraform">
            <Input autoFocus autoComplete="off" />
          </Field>
          <Field label="Role" name="role">
            <Select options={ROLE_OPTIONS} defaultValue="viewer" />
          </Field>
          <FormActions className="justify-end">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Make token
            </Button>
          </FormActions>
        </Form>
      ) : (
        <SecretReveal secret={made.token} label="Management token" />
      )}
    </Dialog>
  );
}

export function RevokeToken({ token }: { token: TokenDto }) {
  const router = useRouter();
  return (
    <ConfirmAction
      trigger={
        <Button size="sm" aria-label={`Revoke ${token.name}`}>
          Revoke
        </Button>
      }
      title={`Revoke ${token.name}?`}
      description="What uses it is refused from now on. A revoked token cannot be brought back."
      confirm="Revoke"
      action={() => endToken(token.id)}
      done="Token revoked"
      onDone={() => router.refresh()}
    />
  );
}
