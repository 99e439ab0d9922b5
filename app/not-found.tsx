import type { Metadata } from "next";
import { Mark } from "@/components/shell/brand";
import NothingHere from "./(console)/not-found";

export const metadata: Metadata = { title: "Not found" };

/** Of an address that no page has: outside of the console's frame, since nobody may be signed in. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center">
      <p className="flex items-center justify-center gap-2 font-semibold text-base">
        <Mark className="size-5" />
        Keygauge
      </p>
      <NothingHere />
    </main>
  );
}
