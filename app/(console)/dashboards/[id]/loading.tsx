import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <div aria-busy="true">
      <PageHeader
        parent={{ label: "Dashboards", href: "/dashboards" }}
        title={<Skeleton className="h-6 w-48" />}
        actions={<Skeleton className="h-8 w-[min(26rem,80vw)] rounded-lg" />}
      />
      <div className="grid gap-3 lg:grid-cols-2">
        {["a", "b"].map((id) => (
          <Card key={id}>
            <Skeleton className="h-[18rem]" />
          </Card>
        ))}
      </div>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}
