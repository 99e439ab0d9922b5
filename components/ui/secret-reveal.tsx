"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { CopyButton } from "./copy-button";
import { IconButton } from "./icon-button";
import { masked } from "./masked";

/** A token that is shown this once: hidden from shoulders until asked for, ready to copy. */
export function SecretReveal({
  secret,
  label,
  shown: steered,
  onShownChange,
  hint = "Copy it now: only a fingerprint of it is kept, so it cannot be shown again.",
}: {
  secret: string;
  label: string;
  /** Given where other parts of the page hide and show the secret together with this one. */
  shown?: boolean;
  onShownChange?: (shown: boolean) => void;
  hint?: string;
}) {
  const [own, setOwn] = useState(false);
  const shown = steered ?? own;
  return (
    <div>
      <div className="control-box flex items-center gap-1 py-1 pr-1 pl-2.5">
        <code className="min-w-0 grow select-all break-all font-mono text-xs" data-testid="secret">
          <span className="sr-only">{label}: </span>
          {shown ? secret : masked(secret, 24)}
        </code>
        <IconButton
          label={shown ? "Hide" : "Show"}
          icon={shown ? <EyeOff /> : <Eye />}
          size="sm"
          onClick={() => (onShownChange ?? setOwn)(!shown)}
        />
        <CopyButton text={secret} label={`Copy the ${label.toLowerCase()}`} />
      </div>
      <p className="mt-1.5 text-fg-3 text-xs">{hint}</p>
    </div>
  );
}
