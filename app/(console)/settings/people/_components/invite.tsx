"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { Select } from "@/components/ui/select";
import type { SentInvitationDto } from "@/lib/features/invitations/schemas";
import { ROLE_OPTIONS } from "../../_components/roles";
import { invite } from "../../actions";

/** Invites somebody by e-mail, and shows the link where no mail went out. */
export function Invite() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState<SentInvitationDto | null>(null);
  const { run, busy, failure, clear } = useAction(invite, (made) => {
    setSent(made);
    router.refresh();
  });
  function change(next: boolean) {
    setOpen(next);
    clear();
    if (next) setSent(null);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm" icon={<UserPlus aria-hidden />}>
          Invite
        </Button>
      }
      title={sent === null ? "Invite somebody" : `${sent.email} is invited`}
      footer={
        sent !== null && (
          <Button variant="primary" onClick={() => change(false)}>
            Done
          </Button>
        )
      }
    >
      {sent === null ? (
        <Form action={(data) => void run({ email: data.get("email"), role: data.get("role") })} {...failure}>
          <Field
            label="E-mail"
            name="email"
            hint="They sign in with it, and choose their own name and password"
          >
            <Input autoFocus inputMode="email" autoComplete="off" autoCapitalize="none" />
          </Field>
          <Field label="Role" name="role">
            <Select options={ROLE_OPTIONS} defaultValue="operator" />
          </Field>
          <FormActions className="justify-end">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Invite
            </Button>
          </FormActions>
        </Form>
      ) : (
        <SentInvitation sent={sent} />
      )}
    </Dialog>
  );
}

/** How the link gets to the invited. */
export function SentInvitation({ sent }: { sent: SentInvitationDto }) {
  if (sent.link === null) {
    return <Callout kind="success">The link went out by mail. It works once, within 7 days.</Callout>;
  }
  return (
    <div className="flex flex-col gap-4">
      {sent.mail_error !== null && (
        <Callout kind="warning" title="The mail was not sent">
          <span className="foreign-text">{sent.mail_error}</span>
        </Callout>
      )}
      <p className="text-fg-2">
        Hand this link over in private. It works once, within 7 days, and is not shown again.
      </p>
      <SecretReveal secret={sent.link} label="Invitation link" />
    </div>
  );
}
