import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { listChannels } from "@/lib/features/channels/queries";
import { getTwilio } from "@/lib/features/installation/queries";
import { getSmsBudget } from "@/lib/features/sms-budget/queries";
import { requireActor } from "@/lib/http/actor";
import { SendTest } from "../_components/send-test";
import { sendTestSms } from "../actions";
import { SmsBudgetForm } from "./_components/sms-budget-form";
import { TwilioForm } from "./_components/twilio-form";

export const metadata: Metadata = { title: "SMS" };

export default async function SmsPage() {
  const actor = await requireActor("admin");
  const [budget, channels, twilio] = await Promise.all([
    getSmsBudget(),
    listChannels({ limit: 500 }),
    getTwilio({ actor }),
  ]);
  const targets = channels.data
    .filter(({ kind }) => kind !== "sms")
    .map(({ id, name }) => ({ value: id, label: name }));
  const fixed = twilio.set_by !== null && twilio.set_by !== "console";
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Card title="Twilio" hint={fixed ? `set by ${twilio.set_by}` : "the account that sends SMS"}>
        {fixed ? (
          <>
            <DescriptionList
              items={[
                { term: "Account SID", value: <code className="font-mono">{twilio.account_sid}</code> },
                { term: "Auth token", value: "set" },
                { term: "From", value: twilio.from ?? "" },
              ]}
            />
            <Callout className="mt-4">
              The environment wins: to set the account here, take the TWILIO variables out of it and start
              again.
            </Callout>
          </>
        ) : (
          <TwilioForm twilio={twilio} />
        )}
        {twilio.set_by !== null && (
          <div className="mt-5 border-t pt-4">
            <SendTest label="Send a test to" placeholder="+15551230000" mode="tel" action={sendTestSms} />
          </div>
        )}
      </Card>
      <Card title="SMS budget" hint="every number that gets a message counts">
        <div className="pt-2">
          <SmsBudgetForm budget={budget} targets={targets} />
        </div>
      </Card>
    </div>
  );
}
