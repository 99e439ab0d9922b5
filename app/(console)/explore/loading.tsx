import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, FieldsSkeleton, Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader
        title="Explore"
        actions={
          <>
            <ControlSkeleton className="w-20 max-sm:w-11" />
            <ControlSkeleton className="w-20 max-sm:w-11" />
            <ControlSkeleton className="w-20 max-sm:w-11" />
            <ControlSkeleton className="w-[26rem] max-sm:w-full" />
          </>
        }
      />
      <div className="flex flex-col gap-3">
        <Card>
          <div className="grid gap-4 sm:grid-cols-2">
            <FieldsSkeleton fields={1} />
            <FieldsSkeleton fields={1} />
          </div>
          <ControlSkeleton className="mt-6 w-20" />
        </Card>
        <Card>
          <Skeleton className="mb-3 w-40" />
          <Skeleton className="h-[22rem]" />
          <SkeletonRows rows={3} />
        </Card>
      </div>
    </Page>
  );
}
