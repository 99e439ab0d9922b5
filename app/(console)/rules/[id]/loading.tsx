import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { SkeletonRows, TermsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton
      parent={{ label: "Rules", href: "/rules" }}
      described
      controls={4}
      aside={{
        width: "lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]",
        children: (
          <Card title="Definition">
            <TermsSkeleton rows={8} />
          </Card>
        ),
      }}
    >
      <Card title="Not ok now" padded={false}>
        <SkeletonRows rows={3} />
      </Card>
      <Card title="Incidents" padded={false}>
        <SkeletonRows rows={4} head />
      </Card>
    </DetailSkeleton>
  );
}
