"use client";

import { usePathname } from "next/navigation";
import { TabLinks } from "@/components/ui/tabs";

/** The parts of the settings; each is a place of its own, named by its path. */
export function SettingsTabs({ tabs }: { tabs: readonly { value: string; label: string }[] }) {
  const pathname = usePathname();
  return (
    <TabLinks
      label="Settings"
      tabs={tabs.map((tab) => ({ ...tab, href: tab.value }))}
      current={tabs.some((tab) => tab.value === pathname) ? pathname : "/settings"}
    />
  );
}
