import { clsx } from "clsx";
import type { ReactNode } from "react";

export type Tone =
  | "neutral"
  | "accent"
  | "ok"
  | "risk"
  | "throttled"
  | "exhausted"
  | "blocked"
  | "unauthorized"
  | "idle";

/** A box in the tone, with its words in it. */
export const TONE_BOX: Record<Tone, string> = {
  neutral: "border-line-2 bg-sunken text-fg-2",
  accent: "border-accent/30 bg-accent/8 text-accent-text",
  ok: "border-ok/30 bg-ok/8 text-ok-text",
  risk: "border-risk/35 bg-risk/8 text-risk-text",
  throttled: "border-throttled/35 bg-throttled/8 text-throttled-text",
  exhausted: "border-exhausted/35 bg-exhausted/8 text-exhausted-text",
  blocked: "border-blocked/35 bg-blocked/8 text-blocked-text",
  unauthorized: "border-unauthorized/35 bg-unauthorized/8 text-unauthorized-text",
  idle: "border-line-2 bg-sunken text-idle-text",
};

export const TONE_TEXT: Record<Tone, string> = {
  neutral: "text-fg-2",
  accent: "text-accent-text",
  ok: "text-ok-text",
  risk: "text-risk-text",
  throttled: "text-throttled-text",
  exhausted: "text-exhausted-text",
  blocked: "text-blocked-text",
  unauthorized: "text-unauthorized-text",
  idle: "text-idle-text",
};

/** A short word in a box; give it an icon where the colour means something. */
export function Badge({
  tone = "neutral",
  icon,
  className,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        "inline-flex h-5 w-fit items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 font-medium text-2xs [&_svg]:size-3 [&_svg]:shrink-0",
        TONE_BOX[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  );
}
