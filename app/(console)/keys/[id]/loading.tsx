import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader
        parent={{ label: "Keys", href: "/keys" }}
        title={
          <>
            <span className="sr-only">Loading the key</span>
            <Skeleton className="h-6 w-48" />
          </>
        }
        description={<Skeleton className="w-80 max-w-full" />}
        actions={<Skeleton className="h-8 w-[min(26rem,80vw)] rounded-lg" />}
      />
      <div className="flex flex-col gap-3">
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_340px] xl:grid-cols-[minmax(0,1fr)_372px]">
          <div className="flex min-w-0 flex-col gap-3">
            <Card title="Requests" hint="per second, by outcome">
              <Skeleton className="h-[350px]" />
            </Card>
            <div className="grid grid-cols-1 gap-3 md:grid-cols-2">
              {["Errors", "Latency", "Tokens", "Cost"].map((title) => (
                <Card key={title} title={title}>
                  <Skeleton className="h-[212px]" />
                </Card>
              ))}
            </div>
          </div>
          <Card title="Limits" padded={false} className="max-lg:order-first">
            <SkeletonRows rows={3} />
          </Card>
        </div>
        <Card title="Latest events" padded={false}>
          <SkeletonRows rows={6} />
        </Card>
      </div>
    </>
  );
}
