import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { SkeletonRows, TermsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Channels", href: "/channels" }} controls={3}>
      <Card title="About">
        <TermsSkeleton rows={4} />
      </Card>
      <Card title="When, and where else">
        <TermsSkeleton rows={2} />
      </Card>
      <Card title="Latest deliveries" padded={false}>
        <SkeletonRows rows={4} head />
      </Card>
    </DetailSkeleton>
  );
}
