import type { ReactNode } from "react";
import { ConsoleShell } from "@/components/shell/console-shell";
import { hasRole } from "@/lib/domain/access/actor";
import { countOpenIncidents } from "@/lib/features/overview/incidents";
import { currentActor, currentSession } from "@/lib/http/actor";
import { currentProgress } from "@/lib/http/start";
import { currentViewer } from "@/lib/http/viewer";
import { signOut } from "./actions";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor();
  const [session, viewer, incidents, start] = await Promise.all([
    currentSession(),
    currentViewer(),
    countOpenIncidents(),
    hasRole(actor, "operator") ? currentProgress() : null,
  ]);
  return (
    <ConsoleShell
      user={{ name: actor.name, email: session?.email ?? "", role: actor.role }}
      theme={viewer.theme}
      incidents={incidents}
      start={start}
      signOut={signOut}
    >
      {children}
    </ConsoleShell>
  );
}
