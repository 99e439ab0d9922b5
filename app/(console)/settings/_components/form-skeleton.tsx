import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

/** Two cards beside each other on their way, the first a form of so many fields. */
export function FormSkeleton({ fields }: { fields: number }) {
  return (
    <div aria-busy="true" className="grid items-start gap-3 lg:grid-cols-2">
      <Card>
        <Skeleton className="mb-5 h-4 w-32" />
        <div className="flex flex-col gap-5">
          {Array.from({ length: fields }, (_, field) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: all alike
            <div key={field}>
              <Skeleton className="mb-2 h-3.5 w-24" />
              <Skeleton className="h-8 w-full rounded-lg" />
            </div>
          ))}
          <Skeleton className="h-8 w-16 rounded-lg" />
        </div>
      </Card>
      <Card>
        <Skeleton className="mb-5 h-4 w-24" />
        <div className="flex flex-col gap-3">
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/2" />
        </div>
      </Card>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}
