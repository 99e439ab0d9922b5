import type { Metadata } from "next";
import { Card } from "@/components/ui/card";
import { Pagination } from "@/components/ui/pagination";
import { listInvitations } from "@/lib/features/invitations/queries";
import { listSessions, listUsers } from "@/lib/features/users/queries";
import { currentSession, requireActor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { SessionTable } from "../_components/sessions";
import { InvitationTable } from "./_components/invitation-table";
import { Invite } from "./_components/invite";
import { PeopleTable } from "./_components/people-table";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor("admin");
  const session = await currentSession();
  const { cursor } = await readSearch(searchParams);
  const users = await listed(listUsers({ actor, params: { cursor } }), "/settings/people");
  const invitations = await listInvitations({ actor });
  const sessions = await listSessions({ actor, user: "all", params: { limit: 100 } });
  return (
    <div className="flex flex-col gap-3">
      <Card padded={false} title="People" hint="who may sign in" action={<Invite />}>
        <PeopleTable users={users.data} self={actor.id} />
        <Pagination
          firstHref="/settings/people"
          nextHref={users.next_cursor && hrefWith("/settings/people", { cursor: users.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
      {invitations.data.length > 0 && (
        <Card padded={false} title="Invitations" hint="not accepted yet">
          <InvitationTable invitations={invitations.data} />
        </Card>
      )}
      <Card padded={false} title="Open sessions" hint="of everybody, the latest 100">
        <SessionTable sessions={sessions.data} current={session?.id ?? null} people />
      </Card>
    </div>
  );
}
