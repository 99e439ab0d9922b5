import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";

/** The one card of a page that stands before the console. */
export function AuthCard({
  title,
  intro,
  children,
}: {
  title: string;
  intro?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <Card padded={false} className="px-6 pt-5 pb-6">
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      {intro && <p className="mt-1.5 text-fg-2 text-sm">{intro}</p>}
      {children && <div className="mt-5">{children}</div>}
    </Card>
  );
}
