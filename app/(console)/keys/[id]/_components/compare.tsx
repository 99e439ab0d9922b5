"use client";

import { GitCompareArrows, History, KeySquare } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { useFetched } from "@/components/live/use-fetched";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { type Compare, MOST_COMPARED, withCompare } from "@/lib/domain/charts/compare";
import type { KeyDto } from "@/lib/features/keys/schemas";

/** Lays the stretch before, or other keys, over the key's charts; the choice stands in the address. */
export function CompareMenu({ of, compare }: { of: KeyDto; compare: Compare }) {
  const router = useRouter();
  const pathname = usePathname();
  const params = useSearchParams();
  const [choosing, setChoosing] = useState(false);
  const go = (next: Compare) =>
    router.push(`${pathname}?${withCompare(new URLSearchParams(params), next)}`, { scroll: false });
  return (
    <>
      <Menu
        trigger={
          <Button icon={<GitCompareArrows aria-hidden />}>
            <span className="max-sm:sr-only">Compare</span>
          </Button>
        }
      >
        <MenuItem icon={<History aria-hidden />} onSelect={() => go({ kind: "previous" })}>
          With the time before
        </MenuItem>
        <MenuItem icon={<KeySquare aria-hidden />} onSelect={() => setChoosing(true)}>
          With other keys …
        </MenuItem>
        {compare.kind !== "none" && (
          <>
            <MenuSeparator />
            <MenuItem onSelect={() => go({ kind: "none" })}>With nothing</MenuItem>
          </>
        )}
      </Menu>
      <Dialog
        open={choosing}
        onOpenChange={setChoosing}
        title="Compare with other keys"
        description={`Up to ${MOST_COMPARED}, each a line in every chart.`}
      >
        {choosing && (
          <KeyChoice
            own={of.id}
            chosen={compare.kind === "keys" ? compare.ids : []}
            onDone={(ids) => {
              setChoosing(false);
              go(ids.length === 0 ? { kind: "none" } : { kind: "keys", ids });
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function KeyChoice({
  own,
  chosen,
  onDone,
}: {
  own: string;
  chosen: readonly string[];
  onDone: (ids: string[]) => void;
}) {
  const [sought, setSought] = useState("");
  const [ids, setIds] = useState<readonly string[]>(chosen);
  const query = new URLSearchParams({ limit: "12", sort: "name", ...(sought === "" ? {} : { q: sought }) });
  const found = useFetched<{ data: KeyDto[] }>(`/api/v1/keys?${query}`);
  const keys = found.data?.data.filter(({ id }) => id !== own) ?? [];
  const full = ids.length >= MOST_COMPARED;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone([...ids]);
      }}
    >
      <Input
        type="search"
        aria-label="Search keys"
        placeholder="Name, hint, provider or pool"
        value={sought}
        onChange={(event) => setSought(event.target.value)}
        autoFocus
      />
      <fieldset className="mt-3 flex max-h-72 min-h-40 min-w-0 flex-col overflow-y-auto">
        <legend className="sr-only">Keys</legend>
        {keys.map((key) => (
          <label
            key={key.id}
            className="flex items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover pointer-coarse:min-h-[42px] has-disabled:opacity-55"
          >
            <input
              type="checkbox"
              checked={ids.includes(key.id)}
              disabled={full && !ids.includes(key.id)}
              onChange={({ target }) =>
                setIds(target.checked ? [...ids, key.id] : ids.filter((id) => id !== key.id))
              }
              className="size-4 accent-accent-solid"
            />
            <bdi className="min-w-0 truncate font-medium">{key.name ?? key.hint}</bdi>
            <span className="ml-auto shrink-0 font-mono text-fg-3 text-xs">
              <bdi>{key.provider ?? "no provider"}</bdi> <bdi>{key.hint}</bdi>
            </span>
          </label>
        ))}
        {found.state === "ready" && keys.length === 0 && (
          <p className="px-2 py-6 text-center text-fg-3">No other key is like this.</p>
        )}
        {found.state === "failed" && <p className="px-2 py-6 text-center text-fg-3">{found.message}</p>}
      </fieldset>
      <div className="mt-4 flex items-center justify-between gap-2">
        <span className="text-fg-3 text-xs" role="status">
          {ids.length} of {MOST_COMPARED} chosen
        </span>
        <Button type="submit" variant="primary">
          Compare
        </Button>
      </div>
    </form>
  );
}
