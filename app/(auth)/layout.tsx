import type { Metadata } from "next";
import type { ReactNode } from "react";

// The set-up link carries a secret: no other site may see it as a referrer.
export const metadata: Metadata = { referrer: "same-origin" };

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 pt-[max(3rem,16vh)] pb-10">
      <header className="mb-7 flex items-center gap-2.5 font-semibold text-lg tracking-tight">
        <svg
          aria-hidden
          viewBox="0 0 24 24"
          className="size-6"
          fill="none"
          strokeWidth="2.4"
          strokeLinecap="round"
        >
          <path d="M4 17a8 8 0 1 1 16 0" className="stroke-accent" />
          <path d="m12 17 4.5-6" className="stroke-fg" />
        </svg>
        Keygauge
      </header>
      <main className="w-full max-w-[23rem]">{children}</main>
    </div>
  );
}
