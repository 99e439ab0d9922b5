"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Input, NumberInput } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { MailSecurity } from "@/lib/domain/delivery/sender";
import type { MailDto } from "@/lib/features/installation/schemas";
import { SaveOrRemove } from "../../_components/save-or-remove";
import { deleteMail, saveMail } from "../../actions";
import { PORTS, SECURITY } from "./security";

/** The mail server that is set here. The password is written, never shown. */
export function MailForm({ mail }: { mail: MailDto }) {
  const router = useRouter();
  const [security, setSecurity] = useState<MailSecurity>(mail.security ?? "starttls");
  const [port, setPort] = useState(mail.port === null ? "" : String(mail.port));
  const [user, setUser] = useState(mail.user ?? "");
  const { run, busy, failure } = useAction(saveMail, () => {
    toast("Mail server saved", { description: "Send a test to see that it works.", kind: "success" });
    router.refresh();
  });
  /** A port of one's own stays; the usual one of another encryption goes. */
  function choose(next: MailSecurity) {
    if (port === String(PORTS[security])) setPort("");
    setSecurity(next);
  }
  function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const password = String(data.get("password") ?? "");
    void run({
      host: text("host"),
      port: port.trim() === "" ? PORTS[security] : Number(port),
      security,
      user: user.trim() === "" ? null : user.trim(),
      ...(user.trim() === "" ? { password: null } : password === "" ? {} : { password }),
      from: mail.from_set_by === "MAIL_FROM" ? mail.from : text("from"),
    });
  }
  return (
    <Form action={submit} className="pt-2" {...failure}>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_7rem]">
        <Field label="Host" name="host">
          <Input
            defaultValue={mail.host ?? ""}
            placeholder="mail.example.com"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <Field label="Port" name="port">
          <NumberInput
            min={1}
            max={65_535}
            value={port}
            onChange={(event) => setPort(event.target.value)}
            placeholder={String(PORTS[security])}
          />
        </Field>
      </div>
      <Field label="Encryption" name="security">
        <Select options={SECURITY} value={security} onChange={choose} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="User" name="user" hint="Empty where the server asks for none">
          <Input
            value={user}
            onChange={(event) => setUser(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <Field
          label="Password"
          name="password"
          hint={mail.has_password ? "Empty keeps the present one" : undefined}
        >
          <Input type="password" autoComplete="new-password" disabled={user.trim() === ""} />
        </Field>
      </div>
      <Field
        label="From"
        name="from"
        hint={mail.from_set_by === "MAIL_FROM" ? "Set by MAIL_FROM" : undefined}
      >
        <Input
          defaultValue={mail.from ?? ""}
          placeholder="Keygauge <keygauge@example.com>"
          disabled={mail.from_set_by === "MAIL_FROM"}
          spellCheck={false}
        />
      </Field>
      <SaveOrRemove
        busy={busy}
        removable={mail.set_by !== null}
        title="Remove the mail server?"
        description="E-mails are kept again and can be read in the console. Its password is forgotten."
        action={deleteMail}
        done="Mail server removed"
      />
    </Form>
  );
}
