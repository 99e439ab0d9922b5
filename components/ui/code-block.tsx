"use client";

import { clsx } from "clsx";
import { CopyButton } from "./copy-button";

/** Text to be copied into a terminal or a file. `copy` is what is copied where a secret is masked on the page. */
export function CodeBlock({
  code,
  copy = code,
  label,
  className,
}: {
  code: string;
  copy?: string;
  label?: string;
  className?: string;
}) {
  return (
    <figure className={clsx("overflow-hidden rounded-lg border bg-sunken", className)}>
      <div className="flex items-start">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="min-w-0 grow overflow-x-auto px-3 py-2.5 font-mono text-xs leading-relaxed focus-visible:-outline-offset-2"
        >
          <code>{code}</code>
        </pre>
        <CopyButton text={copy} label={label ? `Copy ${label}` : "Copy"} className="m-1" />
      </div>
      {label && <figcaption className="sr-only">{label}</figcaption>}
    </figure>
  );
}
