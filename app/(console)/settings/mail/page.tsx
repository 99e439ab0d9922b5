import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { getMail } from "@/lib/features/installation/queries";
import type { MailDto } from "@/lib/features/installation/schemas";
import { requireActor } from "@/lib/http/actor";
import { SendTest } from "../_components/send-test";
import { sendTestMail } from "../actions";
import { MailForm } from "./_components/mail-form";
import { SECURITY } from "./_components/security";

export const metadata: Metadata = { title: "E-mail" };

export default async function MailPage() {
  const actor = await requireActor("admin");
  const mail = await getMail({ actor });
  const fixed = mail.set_by !== null && mail.set_by !== "console";
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Card title="Mail server" hint={fixed ? `set by ${mail.set_by}` : "for alerts and invitations"}>
        {fixed ? <Fixed mail={mail} /> : <MailForm mail={mail} />}
      </Card>
      <Card title="Test">
        {mail.set_by === null ? (
          <p className="text-fg-2">
            Without a mail server, e-mails are kept and can be read in the console. Save one to send a test.
          </p>
        ) : (
          <SendTest label="To" placeholder="you@example.com" mode="email" action={sendTestMail} />
        )}
      </Card>
    </div>
  );
}

function Fixed({ mail }: { mail: MailDto }) {
  const none = "none";
  return (
    <>
      <DescriptionList
        items={[
          { term: "Host", value: `${mail.host}:${mail.port}` },
          { term: "Encryption", value: SECURITY.find(({ value }) => value === mail.security)?.label ?? none },
          { term: "User", value: mail.user ?? none },
          { term: "Password", value: mail.has_password ? "set" : none },
          { term: "From", value: mail.from ?? "keygauge@ and the host of APP_URL" },
        ]}
      />
      <Callout className="mt-4">
        The environment wins: to set the server here, take {mail.set_by} out of it and start again.
      </Callout>
    </>
  );
}
