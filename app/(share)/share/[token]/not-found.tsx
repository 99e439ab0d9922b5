import { Unlink } from "lucide-react";
import type { Metadata } from "next";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "The link has ended", referrer: "no-referrer" };

/** Of a link that has ended, or never was: nobody is told which. */
export default function ShareEnded() {
  return (
    <main className="mx-auto w-full max-w-[28rem] px-4 pt-[max(3rem,14vh)]">
      <Card>
        <EmptyState page icon={<Unlink aria-hidden />} title="This link has ended">
          It expired, was revoked, or was not copied as a whole. Ask whoever sent it for a new one.
        </EmptyState>
      </Card>
    </main>
  );
}
