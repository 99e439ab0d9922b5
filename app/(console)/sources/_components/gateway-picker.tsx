"use client";

import { Activity, CodeXml, Search, Shapes } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { InputGroup } from "@/components/ui/input";

/** What the picker shows of a guide. */
type Choice = { format: string; title: string; about: string };

const ICONS: Record<string, ReactNode> = {
  native: <CodeXml aria-hidden />,
  otlp: <Activity aria-hidden />,
  auto: <Shapes aria-hidden />,
};

/** Every kind of source as a card that leads to its form; typing narrows the gateways. */
export function GatewayPicker({
  gateways,
  others,
}: {
  gateways: readonly Choice[];
  others: readonly Choice[];
}) {
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const matches = ({ title, about, format }: Choice) =>
    `${title} ${about} ${format}`.toLowerCase().includes(wanted);
  const found = gateways.filter(matches);
  return (
    <div className="flex flex-col gap-6">
      <section aria-labelledby="gateways">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 id="gateways" className="font-semibold text-sm">
            Gateways
          </h2>
          <InputGroup
            type="search"
            aria-label="Search gateways"
            placeholder="Search"
            autoComplete="off"
            className="w-64 max-sm:w-full"
            before={<Search aria-hidden />}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <p role="status" className={found.length === 0 ? "py-3 text-fg-2" : "sr-only"}>
          {found.length === 0
            ? "No gateway of this name. If it can post JSON over HTTP, “Something else” takes it."
            : wanted === ""
              ? ""
              : `${found.length} ${found.length === 1 ? "gateway" : "gateways"}`}
        </p>
        <Cards choices={found} />
      </section>
      <section aria-labelledby="others">
        <h2 id="others" className="mb-3 font-semibold text-sm">
          Everything else
        </h2>
        <Cards choices={others} />
      </section>
    </div>
  );
}

function Cards({ choices }: { choices: readonly Choice[] }) {
  return (
    <ul className="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-3">
      {choices.map(({ format, title, about }) => (
        <li key={format}>
          <Link
            href={`/sources/new?format=${format}`}
            className="flex h-full items-start gap-3 rounded-xl border bg-surface px-3.5 py-3 shadow-sm hover:border-line-2 hover:bg-hover/60"
          >
            <span
              aria-hidden
              className="grid size-8 shrink-0 place-items-center rounded-lg border bg-sunken font-semibold text-fg-2 text-xs [&_svg]:size-4"
            >
              {ICONS[format] ?? monogram(title)}
            </span>
            <span className="min-w-0">
              <span className="block font-medium">{title}</span>
              <span className="block text-fg-3 text-xs">{about}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Two letters in a gateway's place. */
const monogram = (title: string): string => `${title.charAt(0).toUpperCase()}${title.charAt(1)}`;
