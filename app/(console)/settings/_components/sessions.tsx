"use client";

import { useRouter } from "next/navigation";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { useAction } from "@/components/forms/use-action";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import type { SessionDto } from "@/lib/features/users/schemas";
import { NO_VALUE } from "@/lib/format";
import { endOtherSessions, endSession } from "../actions";
import { describeDevice } from "./device";

/** Open sessions, each to be ended; `current` is the one the page is read in. */
export function SessionTable({
  sessions,
  current,
  people = false,
}: {
  sessions: readonly SessionDto[];
  current: string | null;
  people?: boolean;
}) {
  return (
    <Table caption="Sessions">
      <TableHead>
        <tr>
          {people && <Th>Person</Th>}
          <Th>Device</Th>
          <Th className="max-sm:hidden">Address</Th>
          <Th className="max-sm:hidden">Signed in</Th>
          <Th className="max-sm:hidden">Ends</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {sessions.map((session) => (
          <Row key={session.id}>
            {people && <Td className="foreign-text max-w-56 truncate">{session.user.name}</Td>}
            <Td
              title={session.user_agent ?? undefined}
              className="max-w-72 truncate max-sm:w-full max-sm:max-w-0"
            >
              {describeDevice(session.user_agent)}
              {session.id === current && (
                <Badge tone="accent" className="ml-2">
                  This one
                </Badge>
              )}
            </Td>
            <Td className="text-fg-2 max-sm:hidden">{session.ip_address ?? NO_VALUE}</Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={Date.parse(session.created_at)} />
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={Date.parse(session.expires_at)} />
            </Td>
            <Td className="text-right">{session.id !== current && <End session={session} />}</Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function End({ session }: { session: SessionDto }) {
  const router = useRouter();
  const { run, busy } = useAction(endSession, () => {
    toast("Session ended");
    router.refresh();
  });
  return (
    <Button
      size="sm"
      loading={busy}
      aria-label={`End the session on ${describeDevice(session.user_agent)}`}
      onClick={async () => {
        const answer = await run(session.id);
        if (!answer.ok) toast(answer.message, { kind: "error" });
      }}
    >
      End
    </Button>
  );
}

export function EndOthers() {
  const router = useRouter();
  return (
    <ConfirmAction
      trigger={<Button size="sm">End all others</Button>}
      title="End your other sessions?"
      description="Every other browser in which you are signed in has to sign in again."
      confirm="End them"
      action={endOtherSessions}
      done="Your other sessions have ended"
      onDone={() => router.refresh()}
    />
  );
}
