import type { Metadata } from "next";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { listSessions } from "@/lib/features/users/queries";
import { currentActor, currentSession } from "@/lib/http/actor";
import { currentViewer } from "@/lib/http/viewer";
import { Appearance } from "./_components/appearance";
import { PasswordForm } from "./_components/password-form";
import { roleLabel } from "./_components/roles";
import { EndOthers, SessionTable } from "./_components/sessions";

export const metadata: Metadata = { title: "You" };

export default async function AccountPage() {
  const actor = await currentActor();
  const session = await currentSession();
  const { data: sessions } = await listSessions({ actor, params: { limit: 100 } });
  const { theme } = await currentViewer();
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Card title="Account">
        <DescriptionList
          items={[
            { term: "Name", value: actor.name },
            { term: "E-mail", value: session?.email ?? "" },
            { term: "Role", value: roleLabel(actor.role) },
          ]}
        />
        <h3 className="mt-5 mb-2 font-medium">Appearance</h3>
        <Appearance
          theme={theme}
          timeZone={session?.preferences.time_zone ?? null}
          clock={session?.preferences.clock ?? null}
        />
      </Card>
      <Card title="Password">
        <PasswordForm />
      </Card>
      <Card
        padded={false}
        className="lg:col-span-2"
        title="Your sessions"
        hint="where you are signed in"
        action={sessions.length > 1 && <EndOthers />}
      >
        <SessionTable sessions={sessions} current={session?.id ?? null} />
      </Card>
    </div>
  );
}
