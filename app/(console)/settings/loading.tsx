import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <Card padded={false}>
        <Skeleton className="mx-4 mt-3.5 mb-1.5 w-32" />
        <SkeletonRows rows={3} head />
      </Card>
    </Page>
  );
}
