"use client";

import { useRouter } from "next/navigation";
import { useAction } from "@/components/forms/use-action";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import type { TwilioDto } from "@/lib/features/installation/schemas";
import { SaveOrRemove } from "../../_components/save-or-remove";
import { deleteTwilio, saveTwilio } from "../../actions";

/** The Twilio account that is set here. The token is written, never shown. */
export function TwilioForm({ twilio }: { twilio: TwilioDto }) {
  const router = useRouter();
  const { run, busy, failure } = useAction(saveTwilio, () => {
    toast("Twilio account saved", { description: "Send a test to see that it works.", kind: "success" });
    router.refresh();
  });
  function submit(data: FormData) {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const token = text("auth_token");
    void run({
      account_sid: text("account_sid"),
      ...(token === "" ? {} : { auth_token: token }),
      from: text("from"),
    });
  }
  return (
    <Form action={submit} className="pt-2" {...failure}>
      <Field label="Account SID" name="account_sid">
        <Input
          mono
          defaultValue={twilio.account_sid ?? ""}
          placeholder="AC…"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field
        label="Auth token"
        name="auth_token"
        hint={twilio.has_auth_token ? "Empty keeps the present one" : undefined}
      >
        <Input type="password" autoComplete="new-password" />
      </Field>
      <Field label="From" name="from" hint="A number, a messaging service SID (MG…) or a sender name">
        <Input
          defaultValue={twilio.from ?? ""}
          placeholder="+15551230000"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <SaveOrRemove
        busy={busy}
        removable={twilio.set_by !== null}
        title="Remove the Twilio account?"
        description="SMS are kept again and can be read in the console. Its token is forgotten."
        action={deleteTwilio}
        done="Twilio account removed"
      />
    </Form>
  );
}
