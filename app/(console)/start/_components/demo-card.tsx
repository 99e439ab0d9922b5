"use client";

import { FlaskConical } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import { Spinner } from "@/components/ui/spinner";
import { Switch } from "@/components/ui/switch";
import { TextLink } from "@/components/ui/text-link";
import type { DemoDto } from "@/lib/features/demo/schemas";
import { switchDemo } from "../actions";

/** Simulated traffic in this installation: what it is, and its switch. */
export function DemoCard({ demo }: { demo: DemoDto }) {
  const router = useRouter();
  return (
    <Card className="flex flex-wrap items-start gap-x-3 gap-y-3">
      <FlaskConical aria-hidden className="mt-0.5 size-[18px] text-fg-3" />
      <div className="min-w-60 grow basis-0">
        <h2 className="font-semibold text-base">Demo traffic</h2>
        {demo.state === "on" ? (
          <p className="text-fg-2">
            Switched on <RelativeTime at={demo.since === null ? null : Date.parse(demo.since)} />, with{" "}
            <TextLink className="underline" href="/keys?q=demo-">
              {demo.keys} keys
            </TextLink>{" "}
            behind the source{" "}
            <TextLink className="underline" href={`/sources/${demo.source}`}>
              Demo traffic
            </TextLink>
            .{" "}
            {demo.silenced
              ? "Rules watch them; their messages are held back."
              : "Rules watch them and tell their channels."}
          </p>
        ) : demo.state === "removing" ? (
          <p role="status" className="flex items-center gap-2 text-fg-2">
            <Spinner /> Its events, keys and incidents are being deleted.
          </p>
        ) : (
          <p className="text-fg-2">
            See every page alive before a gateway is connected: two simulated gateways with throttling, a
            spent quota, an outage and an attack. All of it is named demo- and can be deleted at any time.
          </p>
        )}
      </div>
      {demo.state === "on" && (
        <ConfirmAction
          trigger={<Button>Switch off and delete</Button>}
          title="Delete the demo traffic?"
          description="Its source, keys, events and incidents are deleted. Nothing else is touched."
          confirm="Delete"
          action={() => switchDemo({ on: false })}
          onDone={() => router.refresh()}
        />
      )}
      {demo.state === "off" && <SwitchOn />}
    </Card>
  );
}

function SwitchOn() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [silenced, setSilenced] = useState(true);
  const { run, busy, failure } = useAction(switchDemo, () => {
    setOpen(false);
    router.refresh();
  });
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Switch on</Button>}
      title="Switch on demo traffic?"
      description="Simulated calls come in beside your own until you switch it off. They count in totals over all keys, and in rules on them."
      footer={
        <>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button variant="primary" loading={busy} onClick={() => void run({ on: true, silenced })}>
            Switch on
          </Button>
        </>
      }
    >
      {failure !== null && (
        <Callout kind="error" className="mb-3">
          {failure.message ?? failure.issues[0]?.message}
        </Callout>
      )}
      <Switch
        checked={silenced}
        onCheckedChange={setSilenced}
        label="Hold back messages about its keys"
        hint="By silences, which you can end one by one"
      />
    </Dialog>
  );
}
