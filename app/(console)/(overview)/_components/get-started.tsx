"use client";

import { Radio, Unplug } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { useOrigin } from "@/components/ui/use-origin";

/** What stands on the overview until the first event: how to send one. */
export function GetStarted({ hasSources, canWrite }: { hasSources: boolean; canWrite: boolean }) {
  const origin = useOrigin();
  const sample = `curl ${origin}/api/v1/events \\
  -H "Authorization: Bearer $KEYGAUGE_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"key":"sk-your-api-key","provider":"openai","model":"gpt-5","status":200,
       "latency_ms":840,"input_tokens":1200,"output_tokens":300,"cost_usd":0.0061}'`;
  return (
    <Card className="py-6">
      <EmptyState
        icon={hasSources ? <Radio aria-hidden /> : <Unplug aria-hidden />}
        title={hasSources ? "Waiting for the first event" : "Nothing sends events yet"}
        action={
          canWrite && (
            <ButtonLink href={hasSources ? "/sources" : "/sources/new"} variant="primary">
              {hasSources ? "Open the sources" : "Create a source"}
            </ButtonLink>
          )
        }
      >
        {hasSources
          ? "Point a gateway at Keygauge, or send an event by hand. This page moves by itself as soon as one arrives."
          : canWrite
            ? "A source is a gateway or an application that tells Keygauge about each API call. It gets a token of its own."
            : "An operator or admin has to create a source first: a gateway or an application that tells Keygauge about each API call."}
      </EmptyState>
      <div className="mx-auto w-full max-w-2xl px-2 pb-4">
        <p className="mb-1.5 text-fg-2 text-xs">
          One event, with a source's token in <code className="font-mono">KEYGAUGE_TOKEN</code>. Only a
          fingerprint and the last characters of the key are kept.
        </p>
        <CodeBlock code={sample} label="command" />
        {hasSources && (
          <p className="mt-3 flex items-center justify-center gap-2 text-fg-3 text-xs">
            <Spinner /> Listening
          </p>
        )}
      </div>
    </Card>
  );
}
