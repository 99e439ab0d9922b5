import type { ReactNode } from "react";
import { ConsoleShell } from "@/components/shell/console-shell";
import { hasRole } from "@/lib/domain/access/actor";
import { countOpenIncidents } from "@/lib/features/overview/incidents";
import { startProgress } from "@/lib/features/start/schemas";
import { currentActor, currentSession } from "@/lib/http/actor";
import { currentStart } from "@/lib/http/start";
import { currentViewer } from "@/lib/http/viewer";
import { signOut } from "./actions";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor();
  const [session, viewer, incidents, start] = await Promise.all([
    currentSession(),
    currentViewer(),
    countOpenIncidents(),
    hasRole(actor, "operator") ? currentStart() : null,
  ]);
  const progress = start === null ? null : startProgress(start);
  return (
    <ConsoleShell
      user={{ name: actor.name, email: session?.email ?? "", role: actor.role }}
      theme={viewer.theme}
      incidents={incidents}
      start={progress?.open ? progress : null}
      signOut={signOut}
    >
      {children}
    </ConsoleShell>
  );
}
