"use client";

import { useRouter } from "next/navigation";
import { SearchField } from "./search-field";

/** What is searched for in a list; it stands in the address as `q`. */
export function UrlSearch({
  label,
  placeholder,
  path,
  query,
  className,
}: {
  /** For screen readers. */
  label: string;
  placeholder: string;
  path: string;
  /** The filters in force, without the cursor. */
  query: Readonly<Record<string, string | undefined>>;
  className: string;
}) {
  const router = useRouter();
  function search(text: string) {
    const params = new URLSearchParams();
    const asked = { ...query, q: text };
    for (const [name, value] of Object.entries(asked)) if (value) params.set(name, value);
    router.replace(params.size === 0 ? path : `${path}?${params}`, { scroll: false });
  }
  return (
    <SearchField
      label={label}
      placeholder={placeholder}
      className={className}
      value={query.q ?? ""}
      onSearch={search}
    />
  );
}
