"use client";

import { useState } from "react";
import type { FormIssue } from "@/components/ui/form";
import type { ActionResult } from "@/lib/http/action";

type Failure = { message: string | null; issues: readonly FormIssue[] };

const UNREACHABLE: Failure = {
  message: "Keygauge does not answer. Check the connection and try again.",
  issues: [],
};

/** A form's way to a server action: whether it is under way, and what it answered when it refused. */
export function useCommand(): {
  busy: boolean;
  failure: Failure | null;
  /** Forgets what was refused before. */
  reset(): void;
  /** Runs an action; null when it was refused or did not get through. */
  run<T>(action: () => Promise<ActionResult<T>>): Promise<{ data: T } | null>;
} {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  return {
    busy,
    failure,
    reset: () => setFailure(null),
    async run(action) {
      setBusy(true);
      const answer = await action().catch(() => null);
      setBusy(false);
      if (answer?.ok) {
        setFailure(null);
        return { data: answer.data };
      }
      // With issues the form's own heading says how many fields need a change.
      setFailure(
        answer === null
          ? UNREACHABLE
          : { message: answer.issues.length > 0 ? null : answer.message, issues: answer.issues },
      );
      return null;
    },
  };
}
