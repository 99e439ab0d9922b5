"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { applyTheme, type Theme } from "@/components/ui/preference";
import { Segmented } from "@/components/ui/radio-group";

const THEMES = [
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const;

/** The theme of this browser; takes effect at once. */
export function Appearance({ theme }: { theme: Theme }) {
  const [chosen, setChosen] = useState(theme);
  return (
    <Segmented
      aria-label="Theme"
      options={THEMES}
      value={chosen}
      onChange={(next) => {
        setChosen(next);
        applyTheme(next);
      }}
    />
  );
}
