import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Sources", href: "/sources" }} title="Add a source">
      <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {["a", "b", "c", "d", "e", "f"].map((gateway) => (
          <Card key={gateway} className="h-16">
            <Skeleton className="w-40" />
          </Card>
        ))}
      </div>
    </DetailSkeleton>
  );
}
