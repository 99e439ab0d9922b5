import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { FieldsSkeleton, Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Channels", href: "/channels" }} title="New channel">
      <Card className="max-w-2xl">
        <Skeleton className="mb-5 h-48" />
        <FieldsSkeleton fields={3} />
      </Card>
    </DetailSkeleton>
  );
}
