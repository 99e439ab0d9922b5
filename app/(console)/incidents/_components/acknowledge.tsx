"use client";

import { Eye, EyeOff } from "lucide-react";
import { useRouter } from "next/navigation";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { acknowledge, withdraw } from "../actions";

/** Takes an incident on, which stops its reminders, or gives it back. */
export function Acknowledge({ incident }: { incident: Pick<IncidentDto, "id" | "state"> }) {
  const router = useRouter();
  const taking = incident.state === "firing";
  const { run, busy } = useAction(taking ? acknowledge : withdraw, () =>
    toast(taking ? "You took it on: reminders stop" : "Reminders go on"),
  );
  async function act() {
    const answer = await run(incident.id);
    if (!answer.ok) toast(answer.message, { kind: "error" });
    router.refresh();
  }
  return (
    <Button
      variant={taking ? "primary" : "secondary"}
      icon={taking ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
      loading={busy}
      onClick={act}
    >
      {taking ? "Acknowledge" : "Give back"}
    </Button>
  );
}
