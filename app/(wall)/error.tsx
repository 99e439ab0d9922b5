"use client";

import { useEffect } from "react";
import { ErrorState } from "@/components/ui/error-state";

const AGAIN_MS = 10_000;

/** Nobody stands before a wall to press a button: it tries again by itself. */
export default function WallError({ reset }: { reset: () => void }) {
  useEffect(() => {
    const timer = setTimeout(() => window.location.reload(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState page title="The wall could not be drawn" retry={reset}>
        It tries again by itself every ten seconds.
      </ErrorState>
    </main>
  );
}
