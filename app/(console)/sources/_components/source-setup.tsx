"use client";

import { ChevronRight, KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { rotateToken } from "../actions";
import { Connect } from "./connect";
import { FirstEvent, type Since } from "./first-event";
import type { Guide } from "./guide";
import { SetupSteps } from "./setup-steps";

type Props = { source: SourceDto; guide: Guide; canWrite: boolean; appUrl: string | null };

/**
 * How a source is connected: open, beside what arrives, while nothing has; folded away afterwards. A token is known only
 * right after it was made, so the configuration is filled in once it is rotated.
 */
export function SourceSetup({ source, guide, canWrite, appUrl }: Props) {
  const router = useRouter();
  const [fresh, setFresh] = useState<{ token: string; since: Since } | null>(null);
  const rotate = canWrite && (
    <ConfirmAction
      trigger={
        <Button size="sm" icon={<KeyRound aria-hidden />}>
          Rotate token
        </Button>
      }
      title="Rotate the ingest token?"
      description="A new token is made and the present one stops working at once: events sent with it are refused until the gateway has the new one."
      confirm="Rotate token"
      action={() => rotateToken(source.id)}
      onDone={({ token, id, accepted, duplicates, rejected }) => {
        setFresh({ token, since: { id, accepted, duplicates, rejected } });
        router.refresh();
      }}
    />
  );
  if (fresh !== null) {
    return (
      <Connect key={fresh.token} guide={guide} source={fresh.since} token={fresh.token} appUrl={appUrl} />
    );
  }
  const steps = (
    <>
      <SetupSteps guide={guide} token={null} appUrl={appUrl} />
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-fg-3 text-xs">
        {rotate}
        <p className="min-w-48 grow basis-0">
          The token was shown when it was made. Lost it? With a new one, the configuration is filled in.
        </p>
      </div>
    </>
  );
  if (source.accepted + source.duplicates + source.rejected > 0)
    return <Folded title="Set-up">{steps}</Folded>;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <Card>{steps}</Card>
      <FirstEvent source={NOTHING_YET(source.id)} />
    </div>
  );
}

const NOTHING_YET = (id: string): Since => ({ id, accepted: 0, duplicates: 0, rejected: 0 });

function Folded({ title, children }: { title: string; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <Card padded={false}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="flex w-full items-center gap-2 rounded-xl px-4 py-3 text-left font-semibold text-sm hover:bg-hover/60 focus-visible:-outline-offset-2"
        >
          <ChevronRight
            aria-hidden
            className={`size-4 text-fg-3 transition-transform duration-100 ${open ? "rotate-90" : ""}`}
          />
          {title}
        </button>
      </h2>
      <div id={id} hidden={!open} className="border-t p-4">
        {children}
      </div>
    </Card>
  );
}
