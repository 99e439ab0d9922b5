"use client";

import { ChevronsUpDown, LogOut, UserRound } from "lucide-react";
import { type ComponentProps, useTransition } from "react";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import type { Theme } from "@/components/ui/preference";
import type { Role } from "@/lib/domain/access/actor";
import { ThemeChoice } from "./theme-choice";

export type ShellUser = { name: string; email: string; role: Role };

type Props = { user: ShellUser; theme: Theme; signOut: () => void | Promise<void> };

/** Who is signed in, the theme, and the way out. */
export function UserMenu({ user, theme, signOut }: Props) {
  return (
    <UserMenuAt
      user={user}
      theme={theme}
      signOut={signOut}
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-lg p-2 text-left hover:bg-hover"
        >
          <Initials name={user.name} />
          <span className="min-w-0 grow leading-tight">
            <span className="block truncate font-medium">{user.name}</span>
            <span className="block truncate text-fg-3 text-xs">{user.role}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-fg-3" />
        </button>
      }
    />
  );
}

/** The same menu behind another trigger: one button element. */
export function UserMenuAt({
  user,
  theme,
  signOut,
  trigger,
}: Props & { trigger: ComponentProps<typeof Menu>["trigger"] }) {
  const [, startTransition] = useTransition();
  return (
    <Menu trigger={trigger} align="start" side="top">
      <div className="px-2 pt-1.5 pb-1">
        <p className="truncate font-medium">{user.name}</p>
        <p className="max-w-56 truncate text-fg-3 text-xs">
          {user.email} · {user.role}
        </p>
      </div>
      <MenuSeparator />
      <ThemeChoice theme={theme} />
      <MenuSeparator />
      <MenuLink href="/settings" icon={<UserRound aria-hidden />}>
        Account
      </MenuLink>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => startTransition(() => signOut())}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function Initials({ name }: { name: string }) {
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <span
      aria-hidden
      className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft font-medium text-2xs text-accent-text"
    >
      {initials || "?"}
    </span>
  );
}
