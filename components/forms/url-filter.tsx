"use client";

import { clsx } from "clsx";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Select } from "@/components/ui/select";

const ANY = "any";

/** One filter of a list; the choice stands in the address, so that it can be shared and gone back from. */
export function UrlFilter({
  name,
  label,
  any,
  options,
  path,
  query,
  className = "w-40",
}: {
  name: string;
  /** For screen readers. */
  label: string;
  /** What is shown while nothing is chosen. */
  any: string;
  options: readonly { value: string; label: string; hint?: string }[];
  path: string;
  /** The filters in force, without the cursor. */
  query: Readonly<Record<string, string | undefined>>;
  className?: string;
}) {
  const router = useRouter();
  const [pending, start] = useTransition();
  function choose(value: string) {
    const params = new URLSearchParams();
    const chosen = { ...query, [name]: value === ANY ? undefined : value };
    for (const [other, its] of Object.entries(chosen)) if (its) params.set(other, its);
    start(() => router.push(params.size === 0 ? path : `${path}?${params}`, { scroll: false }));
  }
  return (
    <span
      aria-busy={pending}
      className={clsx("max-sm:min-w-[calc(50%-0.375rem)] max-sm:grow", pending && "opacity-70")}
    >
      <Select
        aria-label={label}
        className={clsx(className, "max-sm:w-full")}
        options={[{ value: ANY, label: any }, ...options]}
        value={query[name] ?? ANY}
        onChange={choose}
      />
    </span>
  );
}
