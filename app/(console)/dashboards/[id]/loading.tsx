import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader
        parent={{ label: "Dashboards", href: "/dashboards" }}
        title={<Skeleton className="h-6 w-48" />}
        actions={
          <>
            <ControlSkeleton className="w-20" />
            <ControlSkeleton className="w-[26rem] max-sm:w-full" />
          </>
        }
      />
      <div className="grid gap-3 lg:grid-cols-2">
        {["a", "b", "c", "d"].map((id) => (
          <Card key={id}>
            <Skeleton className="mb-3 w-32" />
            <Skeleton className="h-[17rem]" />
          </Card>
        ))}
      </div>
    </Page>
  );
}
