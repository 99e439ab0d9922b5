"use client";

import { useSyncExternalStore } from "react";
import { LiveIndicator } from "@/components/shell/live-indicator";
import type { LiveStream } from "./live-stream";

const NOT_YET = { status: "connecting", heardAt: null } as const;

/** Whether the page moves; draws itself anew with every word of the stream, the page around it does not. */
export function LiveStatus({ stream }: { stream: LiveStream | null }) {
  const state = useSyncExternalStore(
    (listener) => stream?.subscribe(listener) ?? (() => {}),
    () => stream?.state ?? NOT_YET,
    () => NOT_YET,
  );
  return <LiveIndicator status={state.status} heardAt={state.heardAt} />;
}
