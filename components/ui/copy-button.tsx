"use client";

import { Check, Copy } from "lucide-react";
import { IconButton } from "./icon-button";
import { toast } from "./toast";
import { useCopy } from "./use-copy";

/** Copies `text`; says so by its tick and to screen readers. */
export function CopyButton({
  text,
  label = "Copy",
  className,
}: {
  text: string;
  label?: string;
  className?: string;
}) {
  const { copied, copy } = useCopy();
  return (
    <>
      <IconButton
        label={copied ? "Copied" : label}
        icon={copied ? <Check className="text-ok-text" /> : <Copy />}
        size="sm"
        className={className}
        onClick={async () => {
          if (!(await copy(text))) {
            toast("The browser does not allow copying here", {
              kind: "error",
              description: "Select the text and copy it by hand.",
            });
          }
        }}
      />
      <span aria-live="polite" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}
