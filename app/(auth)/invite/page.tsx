import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { invitationOf } from "@/lib/features/invitations/queries";
import { AccountForm } from "../_components/account-form";
import { AuthCard } from "../_components/auth-card";
import { accept } from "./actions";

export const metadata: Metadata = { title: "Invitation" };

export default async function InvitePage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const { token } = await searchParams;
  const given = typeof token === "string" ? token : "";
  const invited = await invitationOf(given);
  if (invited === null) notFound();
  return (
    <AuthCard
      title="Welcome to Keygauge"
      intro={
        <>
          You are invited as {invited.role}. You sign in with{" "}
          <span className="foreign-text font-medium text-fg">{invited.email}</span>.
        </>
      }
    >
      <AccountForm create={accept.bind(null, given)} label="Create account" home="/" email={invited.email} />
    </AuthCard>
  );
}
