import type { Metadata } from "next";
import { Card } from "@/components/ui/card";
import { listChannels } from "@/lib/features/channels/queries";
import { getSmsBudget } from "@/lib/features/sms-budget/queries";
import { requireActor } from "@/lib/http/actor";
import { SmsBudgetForm } from "./_components/sms-budget-form";

export const metadata: Metadata = { title: "SMS" };

export default async function SmsPage() {
  await requireActor("admin");
  const [budget, channels] = await Promise.all([getSmsBudget(), listChannels({ limit: 500 })]);
  const targets = channels.data
    .filter(({ kind }) => kind !== "sms")
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Card title="SMS budget" hint="counted a number" className="max-w-xl">
      <SmsBudgetForm budget={budget} targets={targets} />
    </Card>
  );
}
