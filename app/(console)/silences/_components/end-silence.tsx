"use client";

import { useRouter } from "next/navigation";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import { finishSilence } from "../actions";

export function EndSilence({ id, upcoming }: { id: string; upcoming: boolean }) {
  const router = useRouter();
  return (
    <ConfirmAction
      trigger={<Button size="sm">{upcoming ? "Cancel" : "End now"}</Button>}
      title={upcoming ? "Cancel this silence?" : "End this silence now?"}
      description={
        upcoming
          ? "It will not begin. It stays in the list of those that have ended."
          : "Whatever it keeps back and still fires is told within a second."
      }
      confirm={upcoming ? "Cancel it" : "End it"}
      danger={false}
      action={() => finishSilence(id)}
      done={upcoming ? "Silence cancelled" : "Silence ended"}
      onDone={() => router.refresh()}
    />
  );
}
