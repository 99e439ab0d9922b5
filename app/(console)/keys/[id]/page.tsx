import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { hasRole } from "@/lib/domain/access/actor";
import { keyLookOf } from "@/lib/domain/charts/key-look";
import { isAppError } from "@/lib/errors";
import { getKeyDetail } from "@/lib/features/keys/detail";
import { getKey } from "@/lib/features/keys/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { KeyPage } from "./_components/key-page";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

const found = <T,>(read: Promise<T>): Promise<T> =>
  read.catch((error) => {
    if (isAppError(error) && error.code === "not_found") notFound();
    throw error;
  });

const titleOf = cache(async (id: string) => {
  const key = await found(getKey(id));
  return (key.name ?? key.hint).slice(0, 80);
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  // A title is not for those who may not see the page.
  await currentActor();
  return { title: await titleOf((await params).id) };
}

export default async function Key({ params, searchParams }: Props) {
  const actor = await currentActor();
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const address = new URLSearchParams(
    Object.entries(search).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
  const look = keyLookOf(id, address);
  const initial = await found(getKeyDetail(id, look));
  return (
    <KeyPage
      initial={initial}
      since={pageCursor()}
      look={look}
      canWrite={hasRole(actor, "operator")}
      canDelete={hasRole(actor, "admin")}
    />
  );
}
