import { Loading } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton, SkeletonRows } from "@/components/ui/skeleton";

/** The page of a key, or with `fleet` of several, on its way. */
export function ActivitySkeleton({
  parent,
  fleet = false,
}: {
  parent: { label: string; href: string };
  fleet?: boolean;
}) {
  return (
    <Loading>
      <PageHeader
        parent={parent}
        title={<Skeleton className="h-6 w-48" />}
        description={<Skeleton className={fleet ? "my-0.5 w-24" : "my-0.5 w-80 max-w-full"} />}
        actions={
          <>
            <Skeleton className="w-20" />
            <ControlSkeleton className="w-24 max-sm:ml-auto max-sm:w-11" />
            <ControlSkeleton className="w-24" />
            <ControlSkeleton className="w-[26rem] max-sm:w-full" />
          </>
        }
      />
      <div className="flex flex-col gap-3">
        {fleet && (
          <Card>
            <Skeleton className="mb-2.5 h-2.5" />
            <Skeleton className="h-8 w-40" />
          </Card>
        )}
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <div className="flex min-w-0 flex-col gap-3">
            <Card title="Requests" hint="per second, by outcome">
              <Skeleton className={fleet ? "h-[292px]" : "h-[350px]"} />
            </Card>
            <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
              {["Errors", "Latency", "Tokens", "Cost"].map((title) => (
                <Card key={title} title={title}>
                  <Skeleton className={fleet ? "h-[202px]" : "h-[212px]"} />
                </Card>
              ))}
            </div>
          </div>
          <Card title="Limits" padded={false} className="max-lg:order-first">
            <SkeletonRows rows={fleet ? 2 : 3} />
          </Card>
        </div>
      </div>
    </Loading>
  );
}
