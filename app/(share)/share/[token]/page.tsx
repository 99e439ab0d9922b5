import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { isAppError } from "@/lib/errors";
import { sharedView } from "@/lib/features/shares/open";
import type { SharedView } from "@/lib/features/shares/schemas";
import { SharedPage } from "./_components/shared-page";

type Props = { params: Promise<{ token: string }> };

/** A link that has ended leads to the same page as one that never was. */
const read = cache(
  (token: string): Promise<SharedView> =>
    sharedView(token).catch((error) => {
      if (isAppError(error) && (error.code === "gone" || error.code === "not_found")) notFound();
      throw error;
    }),
);

// The link is a secret: no other site may see it as a referrer, and no search engine keep it.
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const view = await read((await params).token);
  return {
    title: view.title.slice(0, 80),
    referrer: "no-referrer",
    robots: { index: false, follow: false },
  };
}

/** What a link shows, without a session. */
export default async function Share({ params }: Props) {
  const { token } = await params;
  return <SharedPage token={token} view={await read(token)} />;
}
