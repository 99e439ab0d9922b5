"use client";

import { curlSnippet, masked } from "@/components/sources/snippet";
import { CodeBlock } from "@/components/ui/code-block";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { FirstEvent } from "./first-event";

/** A token just made: to copy, in a command ready to paste, and whether what is sent with it arrives. */
export function NewToken({
  source,
  token,
  appUrl,
}: {
  source: { id: string; accepted: number; rejected: number };
  token: string;
  appUrl: string | null;
}) {
  const base = appUrl ?? window.location.origin;
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h3 className="mb-1.5 font-medium">Ingest token</h3>
        <SecretReveal secret={token} label="Ingest token" />
      </div>
      <div>
        <h3 className="mb-1.5 font-medium">Send an event</h3>
        <CodeBlock code={curlSnippet(base, masked(token))} copy={curlSnippet(base, token)} label="command" />
        <p className="mt-1.5 text-fg-3 text-xs">The copied command holds the token in full.</p>
      </div>
      <FirstEvent source={source} />
    </div>
  );
}
