"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { removeSource } from "../actions";
import { EditSource, type Kind } from "./edit-source";

/** What can be done with a source: change it, delete it. Its token is replaced where its set-up stands. */
export function SourceActions({ source, kinds }: { source: SourceDto; kinds: readonly Kind[] }) {
  const router = useRouter();
  return (
    <>
      <EditSource source={source} kinds={kinds} />
      <ConfirmAction
        trigger={<Button icon={<Trash2 aria-hidden />}>Delete</Button>}
        title={`Delete ${source.name}?`}
        description="Its token stops working at once. The events it sent stay, and so do its keys."
        confirm="Delete source"
        action={() => removeSource(source.id)}
        done="Source deleted"
        onDone={() => router.push("/sources")}
      />
    </>
  );
}
