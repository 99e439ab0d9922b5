"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { applyTheme, type Theme } from "@/components/ui/preference";
import { Segmented } from "@/components/ui/radio-group";
import { toast } from "@/components/ui/toast";
import { savePreferences } from "../actions";

const THEMES = [
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const;

/** How one sees pages, on every browser one signs in with; takes effect at once. */
export function Appearance({ theme, timeZone }: { theme: Theme; timeZone: string | null }) {
  const router = useRouter();
  const [chosen, setChosen] = useState(theme);
  const [zone, setZone] = useState(timeZone);
  const { run } = useAction(savePreferences, () => router.refresh());
  const zones = useMemo(
    () =>
      [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].map((value) => ({
        value,
        label: value.replaceAll("_", " "),
      })),
    [],
  );
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
        <Combobox
          options={zones}
          value={zone}
          placeholder="As the browser has it"
          empty="There is no such zone."
          onChange={(next) => void saveZone(next)}
        />
      </Field>
    </div>
  );
}
