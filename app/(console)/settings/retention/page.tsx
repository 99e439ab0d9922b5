import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { getRetention } from "@/lib/features/installation/queries";
import { formatBytes, formatDate, formatMagnitude } from "@/lib/format";
import { requireActor } from "@/lib/http/actor";
import { RetentionForm } from "./_components/retention-form";

export const metadata: Metadata = { title: "Retention" };

export default async function RetentionPage() {
  const actor = await requireActor("admin");
  const retention = await getRetention({ actor });
  const fixed = retention.set_by !== null && retention.set_by !== "console";
  const { events_days: days, events, events_bytes: bytes, oldest_day: oldest } = retention;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Card title="Events" hint={fixed ? `set by ${retention.set_by}` : "each call on its own"}>
        {fixed ? (
          <>
            <p>
              Kept for {days} {days === 1 ? "day" : "days"}.
            </p>
            <Callout className="mt-4">
              The environment wins: to set it here, take {retention.set_by} out of it and start again.
            </Callout>
          </>
        ) : (
          <RetentionForm retention={retention} />
        )}
      </Card>
      <Card title="On disk" hint="measured now">
        <DescriptionList
          items={[
            {
              term: "Events",
              value: (
                <>
                  {formatBytes(bytes)}
                  {events > 0 && (
                    <>
                      {" "}
                      · about {formatMagnitude(events)},{" "}
                      <span className="whitespace-nowrap">{formatBytes(bytes / events)} each</span>
                    </>
                  )}
                </>
              ),
            },
            {
              term: "Since",
              value: oldest === null ? "no event is stored" : formatDate(Date.parse(oldest), "UTC"),
            },
            { term: "Totals and breakdowns", value: formatBytes(retention.usage_bytes) },
            { term: "Whole database", value: formatBytes(retention.total_bytes) },
          ]}
        />
        <h3 className="mt-5 mb-2 font-medium">Kept apart from events</h3>
        <DescriptionList
          items={[
            { term: "Use in 10 s steps", value: "2 days" },
            { term: "Use by the minute", value: "32 days" },
            { term: "Use by the hour, with breakdowns", value: "400 days" },
            { term: "Incidents, deliveries, audit log", value: "for good" },
          ]}
        />
      </Card>
    </div>
  );
}
