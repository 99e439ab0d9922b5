"use client";

import { ErrorState } from "./error-state";

/** Stands where a page could not be drawn, and says why as far as the browser can know. */
export function PageError({
  error,
  title,
  retry,
  className,
}: {
  error: Error;
  title: string;
  retry: () => void;
  className?: string;
}) {
  // A part that did not come is not asked for again before the page is loaded anew.
  const isPart = error.name === "ChunkLoadError";
  return (
    <ErrorState
      page
      className={className}
      title={title}
      retry={isPart ? () => window.location.reload() : retry}
    >
      {isPart
        ? "A part of it did not come: the connection was lost, or Keygauge was updated meanwhile."
        : "Most often the database did not answer, and the page works again as soon as it does. The server's log has the cause."}
    </ErrorState>
  );
}
