import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader
        title="Overview"
        actions={
          <>
            <Skeleton className="w-20" />
            <ControlSkeleton className="w-[26rem] max-sm:w-full" />
            <ControlSkeleton className="w-20 max-sm:hidden" />
          </>
        }
      />
      <div className="flex flex-col gap-3">
        <Card>
          <Skeleton className="mb-2.5 h-2.5" />
          <Skeleton className="h-8 w-72 max-w-full" />
        </Card>
        <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
          {["requests", "errors", "tokens", "cost"].map((tile) => (
            <Card key={tile} className="h-[98px] max-sm:h-[112px]">
              <Skeleton className="w-24" />
              <Skeleton className="mt-3 h-6 w-20" />
            </Card>
          ))}
        </div>
        <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <Card title="Requests" hint="per second, by outcome">
            <Skeleton className="h-[294px]" />
          </Card>
          <Card title="Open incidents" padded={false}>
            <SkeletonRows rows={4} />
          </Card>
        </div>
        <Card title="Least headroom" hint="tightest limit of each key" padded={false}>
          <SkeletonRows rows={6} head />
        </Card>
      </div>
    </Page>
  );
}
