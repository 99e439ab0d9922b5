import Link from "next/link";
import { STATE_LOOK } from "@/components/state/state-badge";
import { TONE_TEXT } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import { RelativeTime } from "@/components/ui/relative-time";
import { STATE_REASON } from "@/lib/domain/usage/state";
import type { KeyDto } from "@/lib/features/keys/schemas";

/** Which keys calls fail with, why, and when they are back; beside the counts, so that nobody has to look for them. */
export function InTrouble({ keys }: { keys: readonly KeyDto[] }) {
  return (
    <ul
      aria-label="Keys in trouble"
      className="flex min-w-0 flex-col gap-x-5 gap-y-1.5 max-sm:border-t max-sm:pt-2.5 sm:max-w-full sm:flex-row"
    >
      {keys.map((key) => {
        const { icon: Icon, tone } = STATE_LOOK[key.state];
        return (
          <li key={key.id} className="min-w-0">
            <Link
              href={`/keys/${key.id}`}
              prefetch={false}
              className="group flex min-w-0 items-center gap-1.5 rounded-sm"
            >
              <Icon aria-hidden className={cn("size-3.5 shrink-0", TONE_TEXT[tone])} />
              <span className="min-w-0 truncate">
                <bdi className="font-medium underline-offset-[3px] group-hover:underline">
                  {key.name ?? key.hint}
                </bdi>{" "}
                <span className="text-fg-2">
                  {REASON[key.why] ?? STATE_REASON[key.why]}
                  {key.until !== null && (
                    <>
                      , back <RelativeTime at={Date.parse(key.until)} />
                    </>
                  )}
                </span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** As short as a line beside others has to be. */
const REASON: Partial<Record<KeyDto["why"], string>> = {
  key_refused: "refused by the provider",
  quota_spent: "quota spent",
  cooling_down: "rate limited",
};
