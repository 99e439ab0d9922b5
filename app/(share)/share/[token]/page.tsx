import { Unlink } from "lucide-react";
import type { Metadata } from "next";
import { cache } from "react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { isAppError } from "@/lib/errors";
import { sharedView } from "@/lib/features/shares/open";
import type { SharedView } from "@/lib/features/shares/schemas";
import { SharedPage } from "./_components/shared-page";

type Props = { params: Promise<{ token: string }> };

/** null for a link that has ended, or never was: nobody is told which. */
const read = cache(
  (token: string): Promise<SharedView | null> =>
    sharedView(token).catch((error) => {
      if (isAppError(error) && (error.code === "gone" || error.code === "not_found")) return null;
      throw error;
    }),
);

// The link is a secret: no other site may see it as a referrer, and no search engine keep it.
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const view = await read((await params).token);
  return {
    title: view === null ? "The link has ended" : view.title.slice(0, 80),
    referrer: "no-referrer",
    robots: { index: false, follow: false },
  };
}

/** What a link shows, without a session. */
export default async function Share({ params }: Props) {
  const { token } = await params;
  const view = await read(token);
  if (view !== null) return <SharedPage token={token} view={view} />;
  return (
    <main className="mx-auto w-full max-w-[28rem] px-4 pt-[max(3rem,14vh)]">
      <Card>
        <h1 className="sr-only">The link has ended</h1>
        <EmptyState icon={<Unlink aria-hidden />} title="This link has ended">
          It expired, was revoked, or was not copied as a whole. Ask whoever sent it for a new one.
        </EmptyState>
      </Card>
    </main>
  );
}
