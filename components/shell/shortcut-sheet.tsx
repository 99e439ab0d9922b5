"use client";

import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { showOverlay } from "./overlay";
import { SHORTCUTS } from "./shortcuts";

/** What the keyboard can do. */
export function ShortcutSheet() {
  return (
    <Dialog open onOpenChange={(open) => !open && showOverlay(null)} title="Keyboard shortcuts" wide>
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        {SHORTCUTS.map(({ title, lines }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-fg-3 text-xs">{title}</h3>
            <dl>
              {lines.map(({ keys, does }) => (
                <div
                  key={does}
                  className="flex min-h-8 items-center justify-between gap-4 border-b last:border-b-0"
                >
                  <dt>{does}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
