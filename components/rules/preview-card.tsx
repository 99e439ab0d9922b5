"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/select";
import { Spinner } from "@/components/ui/spinner";
import type { RuleInput } from "@/lib/domain/alerting/rule";
import { PastSummary } from "./past-summary";
import { PreviewChart } from "./preview-chart";
import { PreviewNow } from "./preview-now";
import type { PreviewState } from "./use-rule-preview";

export type PreviewDays = 1 | 7 | 30;

const DAYS = [
  { value: "1", label: "Last day" },
  { value: "7", label: "Last week" },
  { value: "30", label: "Last 30 days" },
] as const;

/** What the rule in the form reads now and would have done: it follows the typing. */
export function PreviewCard({
  rule,
  state,
  days,
  onDays,
}: {
  /** null while it cannot be read; the last preview stays. */
  rule: RuleInput | null;
  state: PreviewState;
  days: PreviewDays;
  onDays: (days: PreviewDays) => void;
}) {
  const unreadable = rule === null;
  const stale = state.kind === "shown" && (state.stale || unreadable);
  return (
    <Card
      title="Try it on the past"
      hint={previewHint(state, unreadable)}
      action={
        <Select
          aria-label="Past to try it on"
          className="w-36"
          options={DAYS}
          value={String(days) as (typeof DAYS)[number]["value"]}
          onChange={(value) => onDays(Number(value) as PreviewDays)}
        />
      }
    >
      <div className="min-h-72" aria-busy={stale && !unreadable} data-testid="rule-preview">
        {state.kind === "failed" && (
          <Callout
            kind="warning"
            title="There is no preview"
            action={
              state.retry && (
                <Button size="sm" onClick={state.retry}>
                  Try again
                </Button>
              )
            }
          >
            {state.message}
          </Callout>
        )}
        {state.kind === "waiting" && (
          <p className="grid min-h-72 place-items-center text-center text-fg-3">
            {unreadable
              ? "Once its threshold is set and every field can be read: what it reads now, and when it would have fired."
              : "Reading what was stored …"}
          </p>
        )}
        {state.kind === "shown" && (
          <div className={clsx("flex flex-col gap-5 transition-opacity", stale && "opacity-55")}>
            <PreviewChart preview={state.preview} rule={rule} />
            <div className="grid gap-5 md:grid-cols-2">
              <PreviewNow preview={state.preview} rule={rule} />
              <PastSummary preview={state.preview} />
            </div>
          </div>
        )}
      </div>
    </Card>
  );
}

/** What is under way; nothing is while the rule cannot be read, and what is shown is of an earlier one. */
function previewHint(state: PreviewState, unreadable: boolean): ReactNode {
  if (unreadable) return state.kind === "shown" ? "of the rule before the last change" : undefined;
  return state.kind === "waiting" || (state.kind === "shown" && state.stale) ? <Spinner /> : undefined;
}
