import { Unlink } from "lucide-react";
import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "The link does not work", referrer: "same-origin" };

/** Of a link in a message that leads nowhere: cut short by a mail program, or about what was deleted since. */
export default function LinkNotFound() {
  return (
    <main className="mx-auto w-full max-w-[28rem] px-4 pt-[max(3rem,14vh)]">
      <Card>
        <EmptyState
          page
          icon={<Unlink aria-hidden />}
          title="This link does not work"
          action={<ButtonLink href="/incidents">To the incidents</ButtonLink>}
        >
          It was not copied as a whole, or what it is about was deleted since.
        </EmptyState>
      </Card>
    </main>
  );
}
