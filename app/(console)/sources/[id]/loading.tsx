import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Sources", href: "/sources" }} controls={2}>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {["Events a minute", "Accepted", "Duplicates", "Rejected"].map((tile) => (
          <Card key={tile} className="h-[94px]">
            <Skeleton className="w-24" />
            <Skeleton className="mt-3 h-6 w-20" />
          </Card>
        ))}
      </div>
      <Card title="Latest event">
        <Skeleton className="h-[22rem]" />
      </Card>
      <Card title="Rejected events">
        <Skeleton className="h-40" />
      </Card>
    </DetailSkeleton>
  );
}
