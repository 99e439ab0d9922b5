import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader
        title="Keys"
        actions={
          <>
            <Skeleton className="w-20" />
            <ControlSkeleton />
          </>
        }
      />
      <div className="flex flex-col gap-3">
        <div className="flex flex-col gap-2.5">
          <Skeleton className="my-0.5 h-7 w-80 max-w-full pointer-coarse:h-10" />
          <div className="flex flex-wrap gap-2">
            <ControlSkeleton className="w-72 max-sm:w-full" />
            <ControlSkeleton className="w-40 max-sm:w-[calc(50%-0.25rem)]" />
            <ControlSkeleton className="w-44 max-sm:w-[calc(50%-0.25rem)]" />
            <ControlSkeleton className="ml-auto w-52 max-sm:w-40" />
          </div>
        </div>
        <Card title="All keys" padded={false}>
          <SkeletonRows rows={12} head />
        </Card>
      </div>
    </Page>
  );
}
