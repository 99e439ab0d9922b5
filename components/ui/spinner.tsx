import { clsx } from "clsx";

/** Turns while something is under way; say in words what, beside it or with aria-busy. */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx(
        "inline-block size-3.5 shrink-0 animate-[spin_0.7s_linear_infinite] rounded-full border-[1.5px] border-current border-r-transparent",
        className,
      )}
    />
  );
}
