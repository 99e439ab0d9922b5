"use client";

import "./globals.css";
import { PageError } from "@/components/ui/page-error";
import { FONTS } from "./fonts";

/** Stands in for the whole page when even its frame could not be drawn. */
export default function GlobalError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" className={FONTS}>
      <body>
        <title>Keygauge</title>
        <main>
          <PageError
            error={error}
            className="py-24"
            title="Keygauge could not draw this page"
            retry={reset}
          />
        </main>
      </body>
    </html>
  );
}
