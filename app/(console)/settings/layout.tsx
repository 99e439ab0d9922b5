import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { hasRole } from "@/lib/domain/access/actor";
import { currentActor } from "@/lib/http/actor";
import { SettingsTabs } from "./_components/settings-tabs";

export const metadata: Metadata = { title: { default: "Settings", template: "%s · Settings · Keygauge" } };

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor();
  const tabs = [
    { value: "/settings", label: "You" },
    ...(hasRole(actor, "admin")
      ? [
          { value: "/settings/people", label: "People" },
          { value: "/settings/tokens", label: "Management tokens" },
          { value: "/settings/mail", label: "E-mail" },
          { value: "/settings/sms", label: "SMS" },
          { value: "/settings/retention", label: "Retention" },
        ]
      : []),
    ...(hasRole(actor, "operator")
      ? [
          { value: "/settings/links", label: "Links" },
          { value: "/settings/audit", label: "Audit log" },
        ]
      : []),
    { value: "/settings/about", label: "About" },
  ];
  return (
    <>
      <PageHeader title="Settings" />
      <SettingsTabs tabs={tabs} />
      <div className="pt-4">{children}</div>
    </>
  );
}
