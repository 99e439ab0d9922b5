import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { Skeleton, SkeletonRows, TermsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton
      parent={{ label: "Incidents", href: "/incidents" }}
      described
      controls={3}
      aside={{
        width: "lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]",
        children: (
          <>
            <Card title="About">
              <TermsSkeleton rows={5} />
            </Card>
            <Card title="Timeline" hint="the latest first" padded={false}>
              <SkeletonRows rows={4} />
            </Card>
          </>
        ),
      }}
    >
      <Card>
        <Skeleton className="h-[272px]" />
      </Card>
      <Card title="Who was told" padded={false}>
        <SkeletonRows rows={3} />
      </Card>
    </DetailSkeleton>
  );
}
