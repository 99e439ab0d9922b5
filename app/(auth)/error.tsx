"use client";

import { ErrorState } from "@/components/ui/error-state";

export default function AuthError() {
  return (
    <ErrorState page title="Keygauge cannot reach its database" retry={() => window.location.reload()}>
      This page works again as soon as the database answers. The server's log has the cause.
    </ErrorState>
  );
}
