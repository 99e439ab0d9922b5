import type { Metadata } from "next";
import { ConfirmPageForm } from "@/components/forms/confirm-page-form";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { describeSubscription } from "@/lib/features/channels/unsubscribe";
import { found } from "@/lib/http/found";
import { unsubscribe } from "./actions";

// The link is a secret: no other site may see it as a referrer, and no search engine keep it.
export const metadata: Metadata = {
  title: "Stop these messages",
  referrer: "same-origin",
  robots: { index: false },
};

export default async function UnsubscribePage({ params }: { params: Promise<{ token: string }> }) {
  const token = decodeURIComponent((await params).token);
  const { channel, address, subscribed } = await found(describeSubscription(token));
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col px-4 pt-[max(3rem,14vh)] pb-10">
      <Card padded={false} className="px-6 pt-5 pb-6">
        <h1 className="font-semibold text-xl tracking-tight">Stop these messages</h1>
        <p className="foreign-text mt-2 break-words text-fg-2 text-sm">
          {address} {subscribed ? "gets" : "gets no more of"} the messages of {channel}.
        </p>
        <div className="mt-5">
          {subscribed ? (
            <ConfirmPageForm action={unsubscribe.bind(null, token)} confirm="Stop the messages">
              Alerts of this channel will not reach you by e-mail any more. Everybody with access sees that it
              was done from a message.
            </ConfirmPageForm>
          ) : (
            <Callout kind="success" title="Nothing more is sent to this address">
              An operator can add it again.
            </Callout>
          )}
        </div>
      </Card>
    </main>
  );
}
