import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { STATE_LOOK } from "@/components/state/state-badge";
import { TONE_BOX } from "@/components/ui/badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { STATE_REASON } from "@/lib/domain/usage/state";
import type { KeyDto } from "@/lib/features/keys/schemas";

/**
 * Which keys calls fail with, why, and when they are back. What the eye meets first on the page, and the way to the rest of the
 * reason; on a phone, as high as a thumb needs.
 */
export function InTrouble({ keys }: { keys: readonly KeyDto[] }) {
  return (
    <ul
      aria-label="Keys in trouble"
      className="flex min-w-0 flex-wrap gap-2 max-sm:flex-col max-sm:flex-nowrap sm:max-w-full"
    >
      {keys.map((key) => {
        const { icon: Icon, tone } = STATE_LOOK[key.state];
        return (
          <li key={key.id} className="min-w-0 max-w-full">
            <Link
              href={`/keys/${key.id}`}
              prefetch={false}
              className={clsx(
                "group flex min-h-8 min-w-0 items-center gap-2 rounded-lg border px-2.5 py-1 text-[15px] max-sm:min-h-11",
                TONE_BOX[tone],
              )}
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className="min-w-0 grow truncate max-sm:line-clamp-2 max-sm:whitespace-normal">
                <bdi className="font-semibold text-fg underline-offset-[3px] group-hover:underline">
                  {key.name ?? key.hint}
                </bdi>{" "}
                <span>
                  {REASON[key.why] ?? STATE_REASON[key.why]}
                  {key.until !== null && (
                    <>
                      , back <RelativeTime at={Date.parse(key.until)} />
                    </>
                  )}
                </span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 opacity-70" />
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
