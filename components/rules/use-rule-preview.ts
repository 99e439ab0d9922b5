"use client";

import { useEffect, useState } from "react";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";

/** Long enough that a number is typed to its end. */
const PAUSE_MS = 400;

export type PreviewState =
  | { kind: "waiting" }
  /** `stale` while the answer to what was typed since is under way. */
  | { kind: "shown"; preview: RulePreviewDto; stale: boolean }
  | { kind: "failed"; message: string };

/**
 * What the server says of a rule while it is typed. `rule` is the rule's JSON as text, null while it cannot be read;
 * the last preview stays until there is a newer one.
 */
export function useRulePreview(rule: string | null, id: string | null, days: number): PreviewState {
  const [answer, setAnswer] = useState<{ of: string; state: PreviewState } | null>(null);
  const asked = rule === null ? null : JSON.stringify([rule, id, days]);
  useEffect(() => {
    if (asked === null || rule === null) return;
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      const state = await read(`{"rule":${rule},"id":${JSON.stringify(id)},"days":${days}}`, gone.signal);
      if (!gone.signal.aborted) setAnswer({ of: asked, state });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [asked, rule, id, days]);
  if (answer === null) return { kind: "waiting" };
  const { state } = answer;
  return state.kind === "shown" ? { ...state, stale: answer.of !== asked } : state;
}

async function read(body: string, signal: AbortSignal): Promise<PreviewState> {
  try {
    const response = await fetch("/api/v1/rules/preview", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    const answer = await response.json();
    if (response.ok) return { kind: "shown", preview: answer as RulePreviewDto, stale: false };
    return { kind: "failed", message: String(answer.detail ?? answer.title) };
  } catch {
    return {
      kind: "failed",
      message: "Keygauge does not answer. The preview comes back with the next change.",
    };
  }
}
