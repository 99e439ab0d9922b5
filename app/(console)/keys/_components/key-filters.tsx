"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { SearchField } from "@/components/forms/search-field";
import { STATE_LOOK, STATE_ORDER } from "@/components/state/state-badge";
import { TONE_TEXT } from "@/components/ui/badge";
import { replaceAddress, SamePageLink } from "@/components/ui/same-page-link";
import { Select } from "@/components/ui/select";
import type { KeyState } from "@/lib/domain/usage/state";
import { formatNumber } from "@/lib/format";
import type { KeyFacets } from "./keys-page";

type Href = (changes: Record<string, string | null>) => string;

const ANY = "any";

/** What narrows the list; all of it stands in the address. */
export function KeyFilters({
  params,
  facets,
  states: counts,
  href,
  children,
}: {
  params: URLSearchParams;
  facets: KeyFacets;
  states: Record<KeyState, number>;
  href: Href;
  /** What stands at the end of the row. */
  children?: ReactNode;
}) {
  const go = (changes: Record<string, string | null>) => replaceAddress(href(changes));
  const states = params.getAll("state");
  const retired = params.get("retired") === "true";
  return (
    <div className="flex flex-col gap-2.5">
      <nav aria-label="States" className="-mx-1 flex gap-1 overflow-x-auto px-1 py-0.5">
        <Chip href={href({ state: null, retired: null })} on={states.length === 0 && !retired}>
          All <Count of={Object.values(counts).reduce((sum, count) => sum + count, 0)} />
        </Chip>
        {STATE_ORDER.filter((state) => counts[state] > 0 || states.includes(state)).map((state) => {
          const { icon: Icon, label, tone } = STATE_LOOK[state];
          return (
            <Chip key={state} href={href({ state, retired: null })} on={states.includes(state) && !retired}>
              <Icon aria-hidden className={clsx("size-3.5", TONE_TEXT[tone])} />
              {label} <Count of={counts[state]} />
            </Chip>
          );
        })}
        {(facets.retired > 0 || retired) && (
          <Chip href={href({ state: null, retired: "true" })} on={retired}>
            Retired <Count of={facets.retired} />
          </Chip>
        )}
      </nav>
      <div className="flex flex-wrap gap-2">
        <SearchField
          label="Search keys"
          placeholder="Name, hint, provider, pool or tag"
          value={params.get("q") ?? ""}
          onSearch={(q) => go({ q })}
        />
        <Select
          aria-label="Provider"
          className="w-40 max-sm:w-full max-sm:grow max-sm:basis-32"
          value={params.get("provider") ?? ANY}
          onChange={(provider) => go({ provider: chosen(provider), pool: null })}
          options={[
            { value: ANY, label: "All providers" },
            ...facets.providers.map((name) => ({ value: name, label: short(name) })),
          ]}
        />
        {facets.pools.length > 0 && (
          <Select
            aria-label="Pool"
            className="w-44 max-sm:w-full max-sm:grow max-sm:basis-32"
            value={params.get("pool") ?? ANY}
            onChange={(pool) => go({ pool: chosen(pool) })}
            options={[
              { value: ANY, label: "All pools" },
              ...facets.pools.map(({ id, name, provider }) => ({
                value: id,
                label: short(name),
                hint: short(provider),
              })),
            ]}
          />
        )}
        {(facets.tags.length > 0 || params.has("tag")) && (
          <Select
            aria-label="Tag"
            className="w-44 max-sm:w-full max-sm:grow max-sm:basis-32"
            value={params.get("tag") ?? ANY}
            onChange={(tag) => go({ tag: chosen(tag) })}
            options={[
              { value: ANY, label: "All tags" },
              ...[...new Set([...params.getAll("tag"), ...facets.tags])].map((tag) => ({
                value: tag,
                label: short(tag),
              })),
            ]}
          />
        )}
        <span className="ml-auto flex gap-2">{children}</span>
      </div>
    </div>
  );
}

function Chip({ href, on, children }: { href: string; on: boolean; children: ReactNode }) {
  return (
    <SamePageLink
      href={href}
      aria-current={on ? "true" : undefined}
      className={clsx(
        "inline-flex h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md border px-2.5 text-xs pointer-coarse:h-10",
        on
          ? "border-line-2 bg-surface font-medium text-fg shadow-sm"
          : "border-transparent text-fg-2 hover:bg-hover hover:text-fg",
      )}
    >
      {children}
    </SamePageLink>
  );
}

function Count({ of }: { of: number }) {
  return <span className="text-fg-3">{formatNumber(of)}</span>;
}

/** Stands for no filter: a select has no empty value. */
const chosen = (value: string) => (value === ANY ? null : value);

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
