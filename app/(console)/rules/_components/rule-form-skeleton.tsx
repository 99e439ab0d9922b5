import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { FieldsSkeleton, Skeleton } from "@/components/ui/skeleton";

/** The shape of the form, for a rule that is made or changed. */
export function RuleFormSkeleton({ title }: { title: string }) {
  return (
    <DetailSkeleton
      parent={{ label: "Rules", href: "/rules" }}
      title={title}
      aside={{
        width: "lg:grid-cols-[minmax(0,1fr)_19rem]",
        children: (
          <Card title="In words">
            <Skeleton className="h-16" />
          </Card>
        ),
      }}
    >
      <Card>
        <FieldsSkeleton fields={3} />
      </Card>
      <Card>
        <Skeleton className="w-28" />
      </Card>
      <Card title="Try it on the past">
        <Skeleton className="h-72" />
      </Card>
    </DetailSkeleton>
  );
}
