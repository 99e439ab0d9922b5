import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader title="Keys" actions={<Skeleton className="h-8 w-40 rounded-lg" />} />
      <div className="flex flex-col gap-3">
        <div className="flex flex-col gap-2.5">
          <Skeleton className="my-0.5 h-7 w-80 max-w-full" />
          <Skeleton className="h-8 w-[34rem] max-w-full rounded-lg" />
        </div>
        <Card title="All keys" padded={false}>
          <SkeletonRows rows={12} />
        </Card>
      </div>
    </>
  );
}
