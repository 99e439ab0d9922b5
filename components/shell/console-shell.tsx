import { CircleUserRound } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import type { Theme } from "@/components/ui/preference";
import { Mark } from "./brand";
import { Commands } from "./commands";
import { FindButton } from "./find-button";
import { MoreMenu } from "./more-menu";
import { BottomLinks, SideNav } from "./nav-links";
import { type ShellUser, UserMenu, UserMenuAt } from "./user-menu";

/**
 * The frame of every page of the console: the side on a desk, a bar at the bottom on a phone, the page between.
 * `incidents` is the number of open ones, `start` how far the set-up is while it is not done. `notice` stands above the page, for what concerns all of it.
 */
export function ConsoleShell({
  user,
  theme,
  incidents,
  start,
  signOut,
  notice,
  children,
}: {
  user: ShellUser;
  theme: Theme;
  incidents: number;
  start: { done: number; of: number } | null;
  signOut: () => void | Promise<void>;
  notice?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[208px_minmax(0,1fr)]">
      <a
        href="#main"
        className="-translate-y-16 fixed top-2 left-2 z-70 rounded-lg bg-accent-solid px-3 py-2 font-medium text-on-solid focus:translate-y-0"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r px-2.5 py-3.5 md:flex">
        <Link
          href="/"
          className="mb-2.5 flex items-center gap-2 rounded-md px-2 py-1 font-semibold text-base tracking-[-0.01em]"
        >
          <Mark className="size-5" />
          Keygauge
        </Link>
        <FindButton />
        <div className="min-h-0 grow overflow-y-auto">
          <SideNav incidents={incidents} start={start} />
        </div>
        <UserMenu user={user} theme={theme} signOut={signOut} />
      </aside>
      <div className="min-w-0 max-md:pb-[calc(4.5rem+env(safe-area-inset-bottom))]">
        {notice}
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[1320px] px-4 pt-4 pb-7 outline-none md:px-6"
        >
          {children}
        </main>
      </div>
      <Commands user={user} signOut={signOut} />
      <nav
        aria-label="Main, on a phone"
        className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        <BottomLinks incidents={incidents} />
        <MoreMenu />
        <UserMenuAt
          user={user}
          theme={theme}
          signOut={signOut}
          trigger={
            <button
              type="button"
              className="flex min-h-14 grow basis-0 flex-col items-center justify-center gap-1 text-2xs text-fg-3 focus-visible:-outline-offset-2"
            >
              <CircleUserRound aria-hidden className="size-5" strokeWidth={1.8} />
              You
            </button>
          }
        />
      </nav>
    </div>
  );
}
