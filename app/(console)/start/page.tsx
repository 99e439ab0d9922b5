import type { Metadata } from "next";
import { channelKind } from "@/components/channels/kinds";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { env } from "@/lib/env";
import { getDemo } from "@/lib/features/demo/queries";
import { getSource } from "@/lib/features/sources/queries";
import { getStart } from "@/lib/features/start/queries";
import { doneSteps, START_STEPS } from "@/lib/features/start/schemas";
import { pageCursor, requireActor } from "@/lib/http/actor";
import { TemplateLinks } from "../rules/_components/templates";
import { guides } from "../sources/_components/guides";
import { DemoCard } from "./_components/demo-card";
import { FirstLimit } from "./_components/first-limit";
import { HideStart } from "./_components/hide-start";
import { StartSource } from "./_components/start-source";
import { Step } from "./_components/step";

export const metadata: Metadata = { title: "Getting started" };

export default async function StartPage() {
  const actor = await requireActor("operator");
  const [start, demo] = await Promise.all([getStart(), hasRole(actor, "admin") ? getDemo() : null]);
  const done = doneSteps(start);
  const of = START_STEPS.length;
  const count = Object.values(done).filter(Boolean).length;
  const { source, key, limited, channel, rule } = start;
  const waiting = source !== null && !done.event ? await getSource(source.id) : null;
  const { gateways, others } = guides();
  const native = others.filter(({ format }) => format === "native");
  const choices = [...native, ...gateways, ...others.filter(({ format }) => format !== "native")];
  const { appUrl, appUrlGiven } = env();
  return (
    <>
      <RefreshOnChange
        since={pageCursor()}
        entities={["source", "key", "limit", "channel", "delivery", "rule", "setting"]}
        usage={!done.event}
      />
      <PageHeader
        title="Getting started"
        description="Four steps from nothing to the first warning."
        actions={
          <>
            <p className="text-fg-2">
              {count} of {of} done
            </p>
            {count < of && <HideStart hidden={start.hidden} />}
          </>
        }
      />
      {count === of && (
        <Callout
          kind="success"
          className="mb-3"
          title="Everything is in place"
          action={<ButtonLink href="/">To the overview</ButtonLink>}
        >
          Keys are watched, and somebody is told before one runs dry.
        </Callout>
      )}
      <ol className="flex flex-col gap-3">
        <Step
          number={1}
          title="Send the first event"
          why="A source is a gateway or a program that reports its API calls here, with a token of its own."
          done={done.event}
          outcome={
            source !== null && (
              <>
                <TextLink className="underline" href={`/sources/${source.id}`}>
                  {source.name}
                </TextLink>{" "}
                sends; its latest event came{" "}
                <RelativeTime at={source.last_event_at === null ? null : Date.parse(source.last_event_at)} />.
              </>
            )
          }
        >
          <StartSource
            guides={choices}
            waiting={waiting}
            appUrl={appUrlGiven ? appUrl : null}
            done={done.event}
          />
        </Step>
        <Step
          number={2}
          title="Say what a key may use"
          why="A limit gives a key its headroom: how much is left, and when it runs dry. Limits that a provider's headers name appear by themselves."
          done={done.limit}
          outcome={
            limited !== null && (
              <>
                <TextLink className="underline" href={`/keys/${limited.id}`}>
                  {limited.name}
                </TextLink>{" "}
                has a limit.
              </>
            )
          }
        >
          {done.limit ? null : key === null ? (
            <p className="text-fg-3 text-sm">
              The key comes with the first event. You can also{" "}
              <TextLink className="underline" href="/keys">
                add one by hand
              </TextLink>
              .
            </p>
          ) : (
            <FirstLimit of={key} />
          )}
        </Step>
        <Step
          number={3}
          title="Say who is told"
          why={
            channel === null
              ? "A channel is where messages go: an e-mail address, a phone, a chat room, an on-call service."
              : `${channel.name} is there. Send it a test to see that it gets through.`
          }
          done={done.channel}
          outcome={
            channel !== null && (
              <>
                A test reached{" "}
                <TextLink className="underline" href={`/channels/${channel.id}`}>
                  {channel.name}
                </TextLink>
                .
              </>
            )
          }
        >
          {done.channel ? null : (
            <div className="flex flex-wrap gap-2">
              {channel !== null && (
                <ButtonLink href={`/channels/${channel.id}`} variant="primary">
                  Open it to send a test
                </ButtonLink>
              )}
              {(["email", "sms", "slack", "webhook"] as const).map((kind) => (
                <ButtonLink
                  key={kind}
                  href={`/channels/new?kind=${kind}`}
                  variant={kind === "email" && channel === null && done.event ? "primary" : "secondary"}
                >
                  {channelKind(kind).label}
                </ButtonLink>
              ))}
              <ButtonLink href="/channels/new" variant="ghost">
                Another kind
              </ButtonLink>
            </div>
          )}
        </Step>
        <Step
          number={4}
          title="Watch for trouble"
          why="A rule opens an incident when a threshold is crossed, and tells its channels. Start from one that most installations want."
          done={done.rule}
          outcome={
            rule !== null && (
              <>
                <TextLink className="underline" href={`/rules/${rule.id}`}>
                  {rule.name}
                </TextLink>{" "}
                watches.
              </>
            )
          }
        >
          {done.rule ? null : <TemplateLinks />}
        </Step>
      </ol>
      {demo !== null && (
        <div className="mt-3">
          <DemoCard demo={demo} />
        </div>
      )}
    </>
  );
}
