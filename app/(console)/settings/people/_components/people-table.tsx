"use client";

import { KeyRound, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { ask } from "@/components/forms/use-action";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import type { UserDto } from "@/lib/features/users/schemas";
import { ROLE_OPTIONS, roleLabel } from "../../_components/roles";
import { changeRole, removeUser, replacePassword } from "../../actions";
import { OneTimePassword } from "./one-time-password";

/** Everybody with an account; `self` is who looks, whose own role and account stay out of reach. */
export function PeopleTable({ users, self }: { users: readonly UserDto[]; self: string }) {
  const [fresh, setFresh] = useState<{ name: string; email: string; password: string } | null>(null);
  return (
    <>
      <Table caption="People">
        <TableHead>
          <tr>
            <Th>Person</Th>
            <Th>Role</Th>
            <Th className="max-sm:hidden">Last sign-in</Th>
            <Th className="max-sm:hidden">Added</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </TableHead>
        <TableBody>
          {users.map((user) => (
            <Row key={user.id}>
              <Td className="max-w-64 max-sm:w-full max-sm:max-w-0">
                <span className="flex items-center gap-2">
                  <span className="foreign-text truncate font-medium">{user.name}</span>
                  {user.id === self && <Badge tone="accent">You</Badge>}
                </span>
                <span className="foreign-text block truncate text-fg-3 text-xs">{user.email}</span>
              </Td>
              <Td>{user.id === self ? roleLabel(user.role) : <RoleSelect user={user} />}</Td>
              <Td className="text-fg-2 max-sm:hidden">
                <RelativeTime at={user.last_sign_in_at === null ? null : Date.parse(user.last_sign_in_at)} />
              </Td>
              <Td className="text-fg-2 max-sm:hidden">
                <RelativeTime at={Date.parse(user.created_at)} />
              </Td>
              <Td className="text-right">
                {user.id !== self && <UserActions user={user} onPassword={setFresh} />}
              </Td>
            </Row>
          ))}
        </TableBody>
      </Table>
      <Dialog
        open={fresh !== null}
        onOpenChange={(open) => {
          if (!open) setFresh(null);
        }}
        title={`A new password for ${fresh?.name ?? ""}`}
        footer={<Button onClick={() => setFresh(null)}>Done</Button>}
      >
        {fresh !== null && <OneTimePassword email={fresh.email} password={fresh.password} />}
      </Dialog>
    </>
  );
}

function RoleSelect({ user }: { user: UserDto }) {
  const router = useRouter();
  const [role, setRole] = useState(user.role);
  return (
    <Select
      aria-label={`Role of ${user.name}`}
      className="w-28 sm:w-32"
      options={ROLE_OPTIONS}
      value={role}
      onChange={async (next) => {
        setRole(next);
        const answer = await ask(() => changeRole(user.id, next));
        if (answer.ok) toast(`${user.name} is now ${roleLabel(next).toLowerCase()}`);
        else {
          setRole(user.role);
          toast(answer.message, { kind: "error" });
        }
        router.refresh();
      }}
    />
  );
}

function UserActions({
  user,
  onPassword,
}: {
  user: UserDto;
  onPassword: (made: { name: string; email: string; password: string }) => void;
}) {
  const router = useRouter();
  return (
    <span className="inline-flex gap-1">
      <ConfirmAction
        trigger={<IconButton label={`Reset the password of ${user.name}`} icon={<KeyRound />} size="sm" />}
        title={`Reset the password of ${user.name}?`}
        description="Their present password stops working and their sessions end. You get a new one to hand over."
        confirm="Reset password"
        action={() => replacePassword(user.id)}
        onDone={({ password }) => onPassword({ name: user.name, email: user.email, password })}
      />
      <ConfirmAction
        trigger={<IconButton label={`Remove ${user.name}`} icon={<Trash2 />} size="sm" />}
        title={`Remove ${user.name}?`}
        description="The account and its sessions end at once. What they did stays in the audit log."
        confirm="Remove"
        action={() => removeUser(user.id)}
        done={`${user.name} was removed`}
        onDone={() => router.refresh()}
      />
    </span>
  );
}
