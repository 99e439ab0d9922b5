import { clsx } from "clsx";
import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const KINDS = {
  info: { icon: Info, box: "border-accent/30 bg-accent/6", mark: "text-accent-text" },
  success: { icon: CircleCheck, box: "border-ok/30 bg-ok/6", mark: "text-ok-text" },
  warning: { icon: TriangleAlert, box: "border-risk/35 bg-risk/8", mark: "text-risk-text" },
  error: { icon: CircleX, box: "border-exhausted/35 bg-exhausted/8", mark: "text-exhausted-text" },
};

/** A remark that belongs to a whole page or form. */
export function Callout({
  kind = "info",
  title,
  action,
  className,
  children,
}: {
  kind?: keyof typeof KINDS;
  title?: ReactNode;
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  const { icon: Icon, box, mark } = KINDS[kind];
  return (
    <div className={clsx("flex gap-2.5 rounded-lg border px-3 py-2.5 text-sm", box, className)}>
      <Icon aria-hidden className={clsx("mt-0.5 size-[15px] shrink-0", mark)} />
      <div className="min-w-0 grow">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-fg-2">{children}</div>}
      </div>
      {action && <div className="shrink-0 self-center">{action}</div>}
    </div>
  );
}
