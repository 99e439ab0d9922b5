"use client";

import { AlarmClock, Eye, EyeOff } from "lucide-react";
import { useRouter } from "next/navigation";
import { ask, useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { formatMs } from "@/lib/format";
import { acknowledge, snooze, withdraw } from "../actions";

const SNOOZE_MINUTES = [15, 30, 60, 240, 1_440];

/**
 * Takes an incident on, for good or for a while, which stops its reminders and escalation; or gives it back. On a phone
 * the buttons stand where the thumb is.
 */
export function Acknowledge({ incident }: { incident: Pick<IncidentDto, "id" | "state"> }) {
  const router = useRouter();
  const taking = incident.state === "firing";
  const { run, busy } = useAction(taking ? acknowledge : withdraw, () =>
    toast(taking ? "You took it on: reminders and escalation stop" : "Reminders and escalation go on"),
  );
  async function act() {
    const answer = await run(incident.id);
    if (!answer.ok) toast(answer.message, { kind: "error" });
    router.refresh();
  }
  async function snoozeFor(minutes: number) {
    const answer = await ask(() => snooze(incident.id, minutes));
    if (answer.ok) toast(`Snoozed for ${formatMs(minutes * 60_000)}`);
    else toast(answer.message, { kind: "error" });
    router.refresh();
  }
  return (
    <div className="flex gap-2 max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(3.5rem+env(safe-area-inset-bottom))] max-md:z-20 max-md:border-t max-md:bg-surface max-md:px-4 max-md:py-2.5">
      <Button
        variant={taking ? "primary" : "secondary"}
        className="max-md:h-12 max-md:grow max-md:text-base"
        icon={taking ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
        loading={busy}
        onClick={act}
      >
        {taking ? "Acknowledge" : "Give back"}
      </Button>
      {taking && (
        <Menu
          trigger={
            <Button className="max-md:h-12 max-md:px-5" icon={<AlarmClock aria-hidden />}>
              Snooze
            </Button>
          }
        >
          {SNOOZE_MINUTES.map((minutes) => (
            <MenuItem key={minutes} onSelect={() => snoozeFor(minutes)}>
              For {formatMs(minutes * 60_000)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  );
}
