"use client";

import { useSyncExternalStore } from "react";

/** The address that this page was opened at, without a path; the default one until the browser takes over. */
export function useOrigin(): string {
  return useSyncExternalStore(
    () => () => {},
    () => window.location.origin,
    () => "http://localhost:3000",
  );
}
