import { Loading } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { ControlSkeleton, FieldsSkeleton, Skeleton, TermsSkeleton } from "@/components/ui/skeleton";

/** Two cards beside each other on their way: a form of so many fields, and another one or a list. */
export function FormSkeleton({ fields, beside = 0 }: { fields: number; beside?: number }) {
  return (
    <Loading>
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <FormCard fields={fields} />
        {beside > 0 ? (
          <FormCard fields={beside} />
        ) : (
          <Card>
            <Skeleton className="mb-4 w-24" />
            <TermsSkeleton rows={4} />
          </Card>
        )}
      </div>
    </Loading>
  );
}

function FormCard({ fields }: { fields: number }) {
  return (
    <Card>
      <Skeleton className="mb-4 w-32" />
      <FieldsSkeleton fields={fields} />
      <ControlSkeleton className="mt-5 w-16" />
    </Card>
  );
}
