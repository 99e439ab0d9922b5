import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader title="Pools and providers" />
      <Skeleton className="h-9 w-40" />
      <Card padded={false} className="mt-3">
        <SkeletonRows rows={6} />
      </Card>
    </>
  );
}
