import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Callout } from "@/components/ui/callout";
import { hasAdmin } from "@/lib/features/users/first-admin";
import { currentSession } from "@/lib/http/actor";
import { safeReturnPath } from "@/lib/http/return-path";
import { AuthCard } from "../_components/auth-card";
import { LoginForm } from "./_components/login-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  const target = safeReturnPath(typeof next === "string" ? next : null);
  if ((await currentSession()) !== null) redirect(target);
  const ready = await hasAdmin();
  return (
    <AuthCard
      title="Sign in"
      intro={ready && target !== "/" ? "You will be taken to the page you asked for." : undefined}
    >
      {ready ? (
        <LoginForm target={target} />
      ) : (
        <Callout title="There is no admin yet">
          Open the set-up link that Keygauge printed in its terminal when it started. Starting it again prints
          a new one.
        </Callout>
      )}
    </AuthCard>
  );
}
