import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { setupState } from "@/lib/features/users/first-admin";
import { AccountForm } from "../_components/account-form";
import { AuthCard } from "../_components/auth-card";
import { createAdmin } from "./actions";

export const metadata: Metadata = { title: "Set up" };

export default async function SetupPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const { token } = await searchParams;
  const given = typeof token === "string" ? token : "";
  const state = await setupState(given);
  if (state === "open") {
    return (
      <AuthCard
        title="Create the first admin"
        intro="This account manages users, tokens and everything else. The link works once."
      >
        <AccountForm create={createAdmin.bind(null, given)} label="Create admin" home="/start" />
      </AuthCard>
    );
  }
  if (state === "done") {
    return (
      <AuthCard title="Set-up is done" intro="There is an admin already, so this link no longer works.">
        <ButtonLink href="/login" variant="primary" size="lg" className="w-full">
          Sign in
        </ButtonLink>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="This link does not work"
      intro="Each start of Keygauge prints a new set-up link in its terminal, and only the latest one works. Open that one, complete with its token."
    />
  );
}
