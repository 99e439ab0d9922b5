"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { PageError } from "@/components/ui/page-error";

export default function ConsoleError({ error, reset }: { error: Error; reset: () => void }) {
  const router = useRouter();
  return (
    <PageError
      error={error}
      className="py-16"
      title="This page could not be loaded"
      retry={() =>
        startTransition(() => {
          router.refresh();
          reset();
        })
      }
    />
  );
}
