"use client";

import { CodeBlock } from "@/components/ui/code-block";
import { masked } from "@/components/ui/masked";
import { Tabs } from "@/components/ui/tabs";
import { useOrigin } from "@/components/ui/use-origin";
import { fillSetup } from "@/lib/ingest/adapters/setup";
import type { Guide } from "./guide";

/**
 * A guide's configuration with this server's address and the token filled in. The token is masked until it is shown, and
 * copied in full; without one, a word stands in its place.
 */
export function SetupSteps({
  guide,
  token,
  appUrl,
}: {
  guide: Pick<Guide, "format" | "title" | "steps" | "anyStep">;
  token: { secret: string; shown: boolean } | null;
  appUrl: string | null;
}) {
  const here = useOrigin();
  const origin = appUrl ?? here;
  const fill = (text: string, secret: string) => fillSetup(text, guide.format, origin, secret);
  const block = ({ title, text }: Guide["steps"][number]) => {
    const whole = fill(text, token?.secret ?? "INGEST_TOKEN");
    const visible = token === null || token.shown ? whole : fill(text, masked(token.secret));
    return <CodeBlock code={visible} copy={whole} label={title} />;
  };
  if (guide.format === "native") {
    return (
      <section>
        <h2 className="font-semibold text-sm">Send an event</h2>
        <Tabs
          label="Languages"
          tabs={guide.steps.map((step) => ({ value: step.title, label: step.title, content: block(step) }))}
        />
      </section>
    );
  }
  return (
    <section>
      <h2 className="mb-3 font-semibold text-sm">
        {guide.format === "auto" ? "Where it sends" : `In ${guide.title}`}
      </h2>
      <ol className="flex flex-col gap-5">
        {guide.steps.map((step, index) => (
          <li key={step.title}>
            <p className="mb-1.5 flex gap-2.5">
              {!guide.anyStep && guide.steps.length > 1 && (
                <span className="grid size-5 shrink-0 place-items-center rounded-full border bg-sunken font-medium text-2xs text-fg-2">
                  {index + 1}
                </span>
              )}
              <span className="min-w-0">{step.title}</span>
            </p>
            {block(step)}
          </li>
        ))}
      </ol>
      {token !== null && !token.shown && (
        <p className="mt-2 text-fg-3 text-xs">What is copied holds the token in full.</p>
      )}
    </section>
  );
}
