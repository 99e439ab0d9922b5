"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";
import { EmptyState } from "./empty-state";

/** Says what went wrong and offers to try again. */
export function ErrorState({
  title = "This could not be loaded",
  retry,
  action,
  page = false,
  className,
  children,
}: {
  title?: string;
  retry?: () => void;
  action?: ReactNode;
  page?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <div role="alert" className={className}>
      <EmptyState
        icon={<TriangleAlert aria-hidden className="text-risk-text" />}
        title={title}
        page={page}
        action={
          <>
            {retry && (
              <Button onClick={retry} icon={<RotateCw aria-hidden />}>
                Try again
              </Button>
            )}
            {action}
          </>
        }
      >
        {children}
      </EmptyState>
    </div>
  );
}
