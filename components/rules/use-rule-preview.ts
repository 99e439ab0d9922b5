"use client";

import { useEffect, useState } from "react";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";

/** Long enough that a number is typed to its end. */
const PAUSE_MS = 400;

/** `passing`: asked again, it may well be answered. */
type Answer =
  | { kind: "shown"; preview: RulePreviewDto }
  | { kind: "failed"; message: string; passing: boolean };

export type PreviewState =
  | { kind: "waiting" }
  /** `stale` while the answer to what was typed since is under way. */
  | { kind: "shown"; preview: RulePreviewDto; stale: boolean }
  | { kind: "failed"; message: string; retry: (() => void) | undefined };

/**
 * What the server says of a rule while it is typed. `rule` is the rule's JSON as text, null while it cannot be read;
 * the last preview stays until there is a newer one.
 */
export function useRulePreview(rule: string | null, id: string | null, days: number): PreviewState {
  const [answer, setAnswer] = useState<{ of: string; said: Answer } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const asked = rule === null ? null : JSON.stringify([rule, id, days, attempt]);
  useEffect(() => {
    if (asked === null || rule === null) return;
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      const said = await read(`{"rule":${rule},"id":${JSON.stringify(id)},"days":${days}}`, gone.signal);
      if (!gone.signal.aborted) setAnswer({ of: asked, said });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [asked, rule, id, days]);
  if (answer === null) return { kind: "waiting" };
  const { said, of } = answer;
  if (said.kind === "shown") return { ...said, stale: of !== asked };
  if (said.passing && of !== asked) return { kind: "waiting" };
  const retry = said.passing ? () => setAttempt((count) => count + 1) : undefined;
  return { kind: "failed", message: said.message, retry };
}

async function read(body: string, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch("/api/v1/rules/preview", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    const answer = await response.json();
    if (response.ok) return { kind: "shown", preview: answer as RulePreviewDto };
    const message = String(answer.detail ?? answer.title);
    return { kind: "failed", message, passing: response.status >= 500 };
  } catch {
    return { kind: "failed", message: "Keygauge does not answer.", passing: true };
  }
}
