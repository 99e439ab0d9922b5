"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import { LimitDialog } from "../../keys/[id]/_components/limit-dialog";

/** Declares a limit of the latest key in place. */
export function FirstLimit({ of }: { of: { id: string; name: string } }) {
  const router = useRouter();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <LimitDialog
        keyId={of.id}
        onSaved={() => router.refresh()}
        trigger={
          <Button variant="primary" className="max-w-full">
            <span className="foreign-text truncate">Limit {of.name}</span>
          </Button>
        }
      />
      <TextLink href="/keys" className="text-sm">
        Choose another key
      </TextLink>
    </div>
  );
}
