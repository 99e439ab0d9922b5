import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

/** A list page on its way: its title stands, its rows are to come. */
export function ListSkeleton({ title, rows = 6 }: { title: string; rows?: number }) {
  return (
    <div aria-busy="true">
      <PageHeader title={title} />
      <Card padded={false}>
        <SkeletonRows rows={rows} />
      </Card>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}

/** The page of one thing, or a form, on its way. */
export function DetailSkeleton({ parent }: { parent: { label: string; href: string } }) {
  return (
    <div aria-busy="true">
      <PageHeader parent={parent} title={<Skeleton className="h-6 w-56" />} />
      <Card>
        <div className="flex flex-col gap-3">
          <Skeleton className="w-1/2" />
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/3" />
        </div>
      </Card>
      <Card className="mt-4" padded={false}>
        <SkeletonRows rows={4} />
      </Card>
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}
