"use client";

import { useState } from "react";
import type { FormIssue } from "@/components/ui/form";

/** What a server action answers (lib/http/action's ActionResult, as the browser needs it). */
export type Answer<T> = { ok: true; data: T } | { ok: false; message: string; issues: readonly FormIssue[] };

/** What a Form shows of a failure. `message` is null where the issues say it all. */
export type Failure = { message: string | null; issues: readonly FormIssue[] };

const UNREACHABLE = {
  ok: false,
  message: "Keygauge does not answer. Check the connection and try again.",
  issues: [],
} as const;

/** Calls a server action; a lost connection is an answer too. */
export async function ask<T>(action: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await action();
  } catch {
    return UNREACHABLE;
  }
}

/** A server action behind a form or a button: whether it runs, and what its last answer found wrong. */
export function useAction<Input extends unknown[], T>(
  action: (...input: Input) => Promise<Answer<T>>,
  onDone?: (data: T) => void,
) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function run(...input: Input): Promise<Answer<T>> {
    setBusy(true);
    const answer = await ask(() => action(...input));
    setBusy(false);
    setFailure(
      answer.ok ? null : { message: answer.issues.length > 0 ? null : answer.message, issues: answer.issues },
    );
    if (answer.ok) onDone?.(answer.data);
    return answer;
  }
  return { run, busy, failure, clear: () => setFailure(null) };
}
