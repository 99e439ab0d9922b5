import Link from "next/link";
import { cn } from "@/components/ui/cn";
import type { KeyDto } from "@/lib/features/keys/schemas";

/** What a key is called where it has a row: its name over provider and hint, or the hint alone. */
export function KeyName({ of, className }: { of: KeyDto; className?: string }) {
  const name = of.name ?? of.hint;
  return (
    <div className={cn("min-w-0 max-w-52", className)}>
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
    </div>
  );
}
