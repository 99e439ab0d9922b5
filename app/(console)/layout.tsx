import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ConsoleShell } from "@/components/shell/console-shell";
import { parseTheme, THEME_COOKIE } from "@/components/ui/preference";
import { countOpenIncidents } from "@/lib/features/overview/incidents";
import { currentActor, currentSession } from "@/lib/http/actor";
import { signOut } from "./actions";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor();
  const [session, jar, incidents] = await Promise.all([currentSession(), cookies(), countOpenIncidents()]);
  return (
    <ConsoleShell
      user={{ name: actor.name, email: session?.email ?? "", role: actor.role }}
      theme={parseTheme(jar.get(THEME_COOKIE)?.value)}
      incidents={incidents}
      signOut={signOut}
    >
      {children}
    </ConsoleShell>
  );
}
