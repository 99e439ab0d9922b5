"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { ZoneCombobox } from "@/components/forms/zone-combobox";
import { Field } from "@/components/ui/field";
import { applyTheme, type Theme } from "@/components/ui/preference";
import { Segmented } from "@/components/ui/radio-group";
import { toast } from "@/components/ui/toast";
import type { Clock } from "@/lib/domain/access/preferences";
import { savePreferences } from "../actions";

const THEMES = [
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const;

const HOURS = [
  { value: "auto", label: "As the browser has it" },
  { value: "24h", label: "14:30" },
  { value: "12h", label: "2:30 PM" },
] as const;

/** How one sees pages, on every browser one signs in with; takes effect at once. */
export function Appearance({
  theme,
  timeZone,
  clock,
}: {
  theme: Theme;
  timeZone: string | null;
  clock: Clock | null;
}) {
  const router = useRouter();
  const [chosen, setChosen] = useState(theme);
  const [zone, setZone] = useState(timeZone);
  const { run } = useAction(savePreferences, () => router.refresh());
  async function saveClock(next: Clock | null) {
    const answer = await run({ clock: next });
    if (!answer.ok) toast(answer.message, { kind: "error" });
  }
  async function saveZone(next: string | null) {
    setZone(next);
    const answer = await run({ time_zone: next });
    if (answer.ok) {
      toast(next === null ? "Times are as the browser has them" : `Times are those of ${next}`);
      return;
    }
    setZone(zone);
    toast(answer.message, { kind: "error" });
  }
  return (
    <div className="flex flex-col gap-4">
      <Segmented
        aria-label="Theme"
        options={THEMES}
        value={chosen}
        onChange={(next) => {
          setChosen(next);
          applyTheme(next);
        }}
      />
      <Field
        label="Time zone"
        name="time_zone"
        hint="Of every time on every page. Empty: as the browser has it"
      >
        <ZoneCombobox value={zone} none="As the browser has it" onChange={(next) => void saveZone(next)} />
      </Field>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">Clock</span>
        <Segmented
          aria-label="Clock"
          options={HOURS}
          value={clock ?? "auto"}
          onChange={(next) => void saveClock(next === "auto" ? null : next)}
        />
      </div>
    </div>
  );
}
