import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { FieldsSkeleton, Skeleton } from "@/components/ui/skeleton";

/** The shape of the form, for a rule that is changed or, with `templates` to start from, made. */
export function RuleFormSkeleton({ title, templates = false }: { title: string; templates?: boolean }) {
  return (
    <DetailSkeleton
      parent={{ label: "Rules", href: "/rules" }}
      title={title}
      above={
        templates && (
          <Skeleton className="mb-3 h-[29px] w-2/3 rounded-full max-sm:h-[165px] max-sm:w-full max-sm:rounded-2xl" />
        )
      }
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
