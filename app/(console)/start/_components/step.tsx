import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

/** One step of the way: done, or what there is to do. `outcome` says in a line what was done. */
export function Step({
  number,
  title,
  why,
  done,
  outcome,
  children,
}: {
  number: number;
  title: string;
  why: string;
  done: boolean;
  outcome: ReactNode;
  children: ReactNode;
}) {
  return (
    <li className="min-w-0 rounded-xl border bg-surface p-4 shadow-sm">
      <div className="flex items-start gap-3">
        <span
          aria-hidden
          className={clsx(
            "grid size-6 shrink-0 place-items-center rounded-full border font-semibold text-xs [&_svg]:size-3.5",
            done ? "border-ok/40 bg-ok/10 text-ok-text" : "border-line-2 bg-sunken text-fg-2",
          )}
        >
          {done ? <Check strokeWidth={2.6} /> : number}
        </span>
        <div className="min-w-0 grow">
          <h2 className="font-semibold text-base leading-6">
            {title}
            <span className="sr-only">{done ? " (done)" : " (to do)"}</span>
          </h2>
          <p className="text-fg-2">{done ? outcome : why}</p>
        </div>
      </div>
      <div className="mt-4 empty:hidden sm:pl-9">{children}</div>
    </li>
  );
}
