"use client";

import { useRouter } from "next/navigation";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { setStartHidden } from "../actions";

/** Takes the links to these steps off the other pages, or puts them back. */
export function HideStart({ hidden }: { hidden: boolean }) {
  const router = useRouter();
  const { run, busy } = useAction(setStartHidden, () => router.refresh());
  async function change() {
    const answer = await run(!hidden);
    if (!answer.ok) toast(answer.message, { kind: "error" });
  }
  return (
    <Button loading={busy} onClick={() => void change()}>
      {hidden ? "Show it in the console again" : "Hide from the console"}
    </Button>
  );
}
