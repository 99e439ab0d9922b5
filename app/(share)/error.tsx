"use client";

import { ErrorState } from "@/components/ui/error-state";

export default function ShareError() {
  return (
    <main className="mx-auto w-full max-w-[28rem] px-4 pt-[max(3rem,14vh)]">
      <ErrorState page title="Keygauge cannot reach its database" retry={() => window.location.reload()}>
        This page works again as soon as the database answers. The server's log has the cause.
      </ErrorState>
    </main>
  );
}
