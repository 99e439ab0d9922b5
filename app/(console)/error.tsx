"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { ErrorState } from "@/components/ui/error-state";

export default function ConsoleError({ reset }: { reset: () => void }) {
  const router = useRouter();
  return (
    <ErrorState
      page
      className="py-16"
      title="This page could not be loaded"
      retry={() =>
        startTransition(() => {
          router.refresh();
          reset();
        })
      }
    >
      Most often the database did not answer, and the page works again as soon as it does. The server's log
      has the cause.
    </ErrorState>
  );
}
