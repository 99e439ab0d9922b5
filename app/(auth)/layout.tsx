import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Mark } from "@/components/shell/brand";

// The set-up link carries a secret: no other site may see it as a referrer.
export const metadata: Metadata = { referrer: "same-origin" };

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 pt-[max(3rem,16vh)] pb-10">
      <header className="mb-7 flex items-center gap-2.5 font-semibold text-lg tracking-tight">
        <Mark className="size-6" />
        Keygauge
      </header>
      <main className="w-full max-w-[23rem]">{children}</main>
    </div>
  );
}
