import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button-link";
import { AuthCard } from "../_components/auth-card";

export const metadata: Metadata = { title: "Invitation" };

/** Of an invitation that was used, taken back, replaced or has expired, or never was: nobody is told which. */
export default function InvitationEnded() {
  return (
    <AuthCard
      title="This invitation does not work any more"
      intro="It was used, taken back or has expired, or its link was not copied as a whole. Ask an admin for a new one; who has accepted it already signs in."
    >
      <ButtonLink href="/login" variant="primary" size="lg" className="w-full">
        Sign in
      </ButtonLink>
    </AuthCard>
  );
}
