import type { Metadata } from "next";
import NothingHere from "./(console)/not-found";

export const metadata: Metadata = { title: "Not found" };

/** Of an address that no page has: outside of the console's frame, since nobody may be signed in. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <NothingHere />
    </main>
  );
}
