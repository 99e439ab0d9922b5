"use client";

import { BellOff, SlidersHorizontal } from "lucide-react";
import { useRouter } from "next/navigation";
import { ask } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { formatMs } from "@/lib/format";
import { silenceFor } from "../actions";
import { newSilenceHref } from "./silence-href";

const MINUTES = [30, 60, 240, 1_440];

/** Keeps what the matcher matches quiet for a while; `what` is its name in the message that says so. */
export function SilenceMenu({ matcher, what }: { matcher: SilenceMatcher; what: string }) {
  const router = useRouter();
  async function silence(minutes: number) {
    const answer = await ask(() => silenceFor(matcher, minutes, ""));
    if (answer.ok) toast(`${what} is silenced for ${formatMs(minutes * 60_000)}`);
    else toast(answer.message, { kind: "error" });
    router.refresh();
  }
  return (
    <Menu trigger={<Button icon={<BellOff aria-hidden />}>Silence</Button>}>
      {MINUTES.map((minutes) => (
        <MenuItem key={minutes} onSelect={() => silence(minutes)}>
          For {formatMs(minutes * 60_000)}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuLink href={newSilenceHref(matcher)} icon={<SlidersHorizontal aria-hidden />}>
        More choices
      </MenuLink>
    </Menu>
  );
}
