import Link from "next/link";
import { StateBadge } from "@/components/state/state-badge";
import type { KeyDto } from "@/lib/features/keys/schemas";

/**
 * What a key is called where it has a row: its name over provider and hint, or the hint alone. On a phone its state
 * stands here too, in place of a column.
 */
export function KeyName({ of }: { of: KeyDto }) {
  const name = of.name ?? of.hint;
  return (
    <div className="min-w-0 max-w-44 max-sm:max-w-30">
      <Link
        href={`/keys/${of.id}`}
        prefetch={false}
        title={name.slice(0, 300)}
        className="block truncate rounded-xs font-medium underline-offset-[3px] hover:underline"
      >
        <bdi>{name}</bdi>
      </Link>
      <span className="flex min-w-0 gap-1.5 font-mono text-[11.5px] text-fg-3">
        <bdi className="truncate">{of.provider ?? "no provider"}</bdi>
        <span aria-hidden>·</span>
        <bdi className="shrink-0">{of.hint}</bdi>
      </span>
      <StateBadge state={of.state} className="mt-0.5 text-xs sm:hidden" />
    </div>
  );
}
