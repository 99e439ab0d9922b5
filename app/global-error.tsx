"use client";

import "./globals.css";
import { ErrorState } from "@/components/ui/error-state";

/** Stands in for the whole page when even its frame could not be drawn. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Keygauge</title>
        <main>
          <ErrorState page className="py-24" title="Keygauge could not draw this page" retry={reset}>
            Most often the database did not answer, and the page works again as soon as it does. The server's
            log has the cause.
          </ErrorState>
        </main>
      </body>
    </html>
  );
}
