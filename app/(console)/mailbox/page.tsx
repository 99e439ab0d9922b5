import { clsx } from "clsx";
import { ArrowLeft, Inbox } from "lucide-react";
import type { Metadata } from "next";
import { MessageView } from "@/components/deliveries/message-view";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { TextLink } from "@/components/ui/text-link";
import { getDelivery, listDeliveries } from "@/lib/features/deliveries/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found, listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { MessageList } from "./_components/message-list";

export const metadata: Metadata = { title: "Mailbox" };

const PATH = "/mailbox";

export default async function MailboxPage({ searchParams }: { searchParams: Search }) {
  await currentActor();
  const { id, cursor } = await readSearch(searchParams);
  const page = await listed(listDeliveries({ state: "unconfigured", cursor, limit: 30 }), PATH);
  const shown = id ?? page.data[0]?.id;
  const delivery = shown === undefined ? null : await found(getDelivery(shown));
  const message = delivery?.attempts.findLast(({ rendered }) => rendered !== null)?.rendered ?? null;
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["delivery"]} />
      <PageHeader
        title="Mailbox"
        description="What would have been sent. These messages are kept because the server of their channel is not set up."
      />
      {page.data.length === 0 && delivery === null ? (
        <Card>
          <EmptyState icon={<Inbox aria-hidden />} title="No message is kept">
            E-mails and SMS stand here while no mail server or Twilio account is set.
          </EmptyState>
        </Card>
      ) : (
        <div className="grid items-start gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <Card
            padded={false}
            className={clsx(
              // What only a screen reader says is placed in it, not in the page below.
              "relative overflow-y-auto lg:max-h-[calc(100dvh-6.5rem)]",
              id !== undefined && "max-lg:hidden",
            )}
          >
            <MessageList deliveries={page.data} current={shown ?? null} cursor={cursor} />
            <Pagination
              firstHref={PATH}
              nextHref={page.next_cursor && hrefWith(PATH, { cursor: page.next_cursor })}
              onFirst={cursor === undefined}
            />
          </Card>
          <Card className={clsx("lg:sticky lg:top-4", id === undefined && "max-lg:hidden")}>
            <TextLink
              quiet
              href={hrefWith(PATH, { cursor })}
              className="mb-3 inline-flex items-center gap-1.5 lg:hidden"
            >
              <ArrowLeft aria-hidden className="size-4" /> All messages
            </TextLink>
            {message === null || delivery === null ? (
              <EmptyState icon={<Inbox aria-hidden />} title="This message is not kept">
                Only what could not be sent for want of a server is.
              </EmptyState>
            ) : (
              <>
                <MessageView kind={delivery.channel_kind} message={message} />
                <p className="mt-3 border-t pt-3 text-fg-3 text-xs">
                  <TextLink quiet href={`/deliveries/${delivery.id}`}>
                    The delivery
                  </TextLink>
                  {delivery.incident !== null && (
                    <>
                      {" · "}
                      <TextLink quiet href={`/incidents/${delivery.incident}`}>
                        its incident
                      </TextLink>
                    </>
                  )}
                </p>
              </>
            )}
          </Card>
        </div>
      )}
    </>
  );
}
