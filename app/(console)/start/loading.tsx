import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton } from "@/components/ui/skeleton";
import { START_STEPS } from "@/lib/features/start/schemas";

export default function Loading() {
  return (
    <div aria-busy="true">
      <PageHeader
        title="Getting started"
        description="Four steps from nothing to the first warning."
        actions={<ControlSkeleton className="w-56" />}
      />
      <div className="flex flex-col gap-3">
        {START_STEPS.map((step) => (
          <Card key={step} className="flex items-center gap-3">
            <Skeleton className="size-6 rounded-full" />
            <Skeleton className="h-4 w-56" />
          </Card>
        ))}
      </div>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}
