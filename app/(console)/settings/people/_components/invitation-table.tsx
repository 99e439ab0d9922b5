"use client";

import { Send, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { InvitationDto, SentInvitationDto } from "@/lib/features/invitations/schemas";
import { roleLabel } from "../../_components/roles";
import { endInvitation, invite } from "../../actions";
import { SentInvitation } from "./invite";

/** Invitations nobody has accepted yet: sent again, or taken back. */
export function InvitationTable({ invitations }: { invitations: readonly InvitationDto[] }) {
  const router = useRouter();
  const [sent, setSent] = useState<SentInvitationDto | null>(null);
  return (
    <>
      <Table caption="Invitations">
        <TableHead>
          <tr>
            <Th>E-mail</Th>
            <Th>Role</Th>
            <Th className="max-sm:hidden">Invited</Th>
            <Th className="max-sm:hidden">Works until</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </TableHead>
        <TableBody>
          {invitations.map((invitation) => (
            <Row key={invitation.id}>
              <Td className="max-w-64 max-sm:w-full max-sm:max-w-0">
                <span className="foreign-text block truncate font-medium">{invitation.email}</span>
                <span className="foreign-text block truncate text-fg-3 text-xs">
                  by {invitation.created_by}
                </span>
                {/* On a phone it stands here in place of columns. */}
                <span className="block truncate text-fg-2 text-xs sm:hidden">
                  {invitation.expired ? "expired " : "ends "}
                  <RelativeTime at={Date.parse(invitation.expires_at)} />
                </span>
              </Td>
              <Td>{roleLabel(invitation.role)}</Td>
              <Td className="text-fg-2 max-sm:hidden">
                <RelativeTime at={Date.parse(invitation.created_at)} />
              </Td>
              <Td className="text-fg-2 max-sm:hidden">
                {invitation.expired ? (
                  <Badge tone="risk">Expired</Badge>
                ) : (
                  <RelativeTime at={Date.parse(invitation.expires_at)} />
                )}
              </Td>
              <Td className="text-right">
                <span className="inline-flex gap-1">
                  <ConfirmAction
                    trigger={
                      <IconButton label={`Invite ${invitation.email} again`} icon={<Send />} size="sm" />
                    }
                    title={`Invite ${invitation.email} again?`}
                    description="They get a new link for 7 days, and the former one stops working."
                    confirm="Invite again"
                    action={() => invite({ email: invitation.email, role: invitation.role })}
                    onDone={(made) => {
                      setSent(made);
                      router.refresh();
                    }}
                  />
                  <ConfirmAction
                    trigger={
                      <IconButton
                        label={`Take back the invitation of ${invitation.email}`}
                        icon={<Trash2 />}
                        size="sm"
                      />
                    }
                    title={`Take back the invitation of ${invitation.email}?`}
                    description="The link stops working at once."
                    confirm="Take back"
                    action={() => endInvitation(invitation.id)}
                    done="Invitation taken back"
                    onDone={() => router.refresh()}
                  />
                </span>
              </Td>
            </Row>
          ))}
        </TableBody>
      </Table>
      <Dialog
        open={sent !== null}
        onOpenChange={(open) => {
          if (!open) setSent(null);
        }}
        title={`${sent?.email ?? ""} is invited again`}
        footer={
          <Button variant="primary" onClick={() => setSent(null)}>
            Done
          </Button>
        }
      >
        {sent !== null && <SentInvitation sent={sent} />}
      </Dialog>
    </>
  );
}
