import { clsx } from "clsx";

/** The place of something that is still loading; give it the size of what comes. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx("block animate-pulse bg-track by-default:h-4 by-default:rounded-sm", className)}
    />
  );
}

/** The place of a button, a select or a field; `className` is its width. */
export function ControlSkeleton({ className = "w-28 max-sm:w-24" }: { className?: string }) {
  return <Skeleton className={clsx("h-8 rounded-lg pointer-coarse:h-[42px]", className)} />;
}

/** Rows of a table to come, of two lines each; `head` for one with a heading. */
export function SkeletonRows({ rows = 6, head = false }: { rows?: number; head?: boolean }) {
  return (
    <div aria-hidden className="divide-y px-4">
      {head && (
        <div className="flex h-[35px] items-center gap-6">
          <Skeleton className="h-3 w-16" />
          <Skeleton className="ml-auto h-3 w-12" />
        </div>
      )}
      {keys(rows).map((row) => (
        <div key={row} className="flex h-[53px] items-center gap-6">
          <span className="flex w-1/3 flex-col gap-1.5">
            <Skeleton className="h-3.5 w-4/5" />
            <Skeleton className="h-3 w-1/2" />
          </span>
          <Skeleton className="w-1/5 max-sm:hidden" />
          <Skeleton className="ml-auto w-20" />
        </div>
      ))}
    </div>
  );
}

/** A row of tabs to come. */
export function TabsSkeleton({ tabs }: { tabs: number }) {
  return (
    <div aria-hidden className="mb-3 flex h-9 items-center gap-4 border-b pointer-coarse:h-11">
      {keys(tabs).map((tab) => (
        <Skeleton key={tab} className="w-16" />
      ))}
    </div>
  );
}

/** A list of names and values to come. */
export function TermsSkeleton({ rows }: { rows: number }) {
  return (
    <div aria-hidden className="flex flex-col gap-2">
      {keys(rows).map((row) => (
        <span key={row} className="flex h-[19px] items-center gap-5">
          <Skeleton className="h-3.5 w-24" />
          <Skeleton className="h-3.5 w-40" />
        </span>
      ))}
    </div>
  );
}

/** Labelled fields to come. */
export function FieldsSkeleton({ fields }: { fields: number }) {
  return (
    <div aria-hidden className="flex flex-col gap-5">
      {keys(fields).map((field) => (
        <div key={field}>
          <Skeleton className="mb-2 h-3.5 w-24" />
          <ControlSkeleton className="w-full" />
        </div>
      ))}
    </div>
  );
}

const keys = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
