"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { MenuRadios } from "@/components/ui/menu";
import { applyTheme, type Theme } from "@/components/ui/preference";

const OPTIONS = [
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
] as const satisfies readonly { value: Theme; label: string; icon: React.ReactNode }[];

/** Chooses the theme of this browser; it takes effect at once and is remembered in a cookie. */
export function ThemeChoice({ theme }: { theme: Theme }) {
  const [chosen, setChosen] = useState(theme);
  return (
    <MenuRadios
      label="Theme"
      options={OPTIONS}
      value={chosen}
      onChange={(next) => {
        setChosen(next);
        applyTheme(next);
      }}
    />
  );
}
