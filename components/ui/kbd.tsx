import type { ReactNode } from "react";

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[19px] min-w-[19px] items-center justify-center rounded-xs border border-line-2 bg-sunken px-1 font-sans text-2xs text-fg-2">
      {children}
    </kbd>
  );
}
