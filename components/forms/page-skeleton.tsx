import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { ControlSkeleton, Skeleton, SkeletonRows, TabsSkeleton } from "@/components/ui/skeleton";

/** A page on its way, for those who do not see its shapes. */
export function Loading({ children }: { children: ReactNode }) {
  return (
    <div aria-busy="true">
      {children}
      <p role="status" className="sr-only">
        Loading
      </p>
    </div>
  );
}

/** A list page on its way: its title stands, its rows are to come. */
export function ListSkeleton({
  title,
  description,
  controls = 1,
  tabs = false,
  rows = 6,
}: {
  title: string;
  description?: string;
  /** Buttons and filters beside the title. */
  controls?: number;
  tabs?: boolean;
  rows?: number;
}) {
  return (
    <Loading>
      <PageHeader title={title} description={description} actions={<Controls count={controls} />} />
      {tabs && <TabsSkeleton tabs={3} />}
      <Card padded={false}>
        <SkeletonRows rows={rows} head />
      </Card>
    </Loading>
  );
}

/** The page of one thing, or a form, on its way. `aside` stands beside the rest, in columns of that `width`. */
export function DetailSkeleton({
  parent,
  title,
  described = false,
  controls = 0,
  above,
  aside,
  children,
}: {
  parent: { label: string; href: string };
  /** Where it is known before the thing is. */
  title?: string;
  /** A line under the title is to come. */
  described?: boolean;
  controls?: number;
  /** What stands over both columns. */
  above?: ReactNode;
  aside?: { width: string; children: ReactNode };
  children: ReactNode;
}) {
  const main = <div className="flex min-w-0 flex-col gap-3">{children}</div>;
  return (
    <Loading>
      <PageHeader
        parent={parent}
        title={title ?? <Skeleton className="h-6 w-56" />}
        description={described && <Skeleton className="my-0.5 w-80 max-w-full" />}
        actions={controls > 0 && <Controls count={controls} />}
      />
      {above}
      {aside === undefined ? (
        main
      ) : (
        <div className={`grid grid-cols-1 items-start gap-3 ${aside.width}`}>
          {main}
          <div className="flex min-w-0 flex-col gap-3">{aside.children}</div>
        </div>
      )}
    </Loading>
  );
}

function Controls({ count }: { count: number }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: all alike
  return Array.from({ length: count }, (_, index) => <ControlSkeleton key={index} />);
}
