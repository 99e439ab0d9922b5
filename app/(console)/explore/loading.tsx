import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <div aria-busy="true">
      <PageHeader title="Explore" actions={<Skeleton className="h-8 w-[min(26rem,80vw)] rounded-lg" />} />
      <div className="flex flex-col gap-3">
        <Card>
          <Skeleton className="h-[5.5rem]" />
        </Card>
        <Card>
          <Skeleton className="h-[22rem]" />
        </Card>
      </div>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}
