import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { Skeleton, TermsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Deliveries", href: "/deliveries" }} controls={1}>
      <div className="grid gap-3 lg:grid-cols-2">
        <Card title="About">
          <TermsSkeleton rows={6} />
        </Card>
        <Card title="Attempts">
          <TermsSkeleton rows={2} />
        </Card>
      </div>
      <Card title="The message" hint="as it would arrive">
        <Skeleton className="h-80" />
      </Card>
    </DetailSkeleton>
  );
}
