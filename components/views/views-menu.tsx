"use client";

import { clsx } from "clsx";
import { Bookmark, Trash2 } from "lucide-react";
import Link from "next/link";
import { useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { ViewDto, ViewPage } from "@/lib/features/views/schemas";

/** The views one kept of a page, and a way to keep the one that shows. `query` is the page's, without what moves. */
export function ViewsMenu({ page, path, query }: { page: ViewPage; path: string; query: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="end"
      title="Saved views"
      className="w-80"
      trigger={
        <Button icon={<Bookmark aria-hidden />}>
          <span className="max-sm:sr-only">Views</span>
        </Button>
      }
    >
      <Views page={page} path={path} query={query} onChosen={() => setOpen(false)} />
    </Popover>
  );
}

function Views({
  page,
  path,
  query,
  onChosen,
}: {
  page: ViewPage;
  path: string;
  query: string;
  onChosen: () => void;
}) {
  const [views, setViews] = useState<readonly ViewDto[] | "loading" | "failed">("loading");
  const [name, setName] = useState("");
  const load = useCallback(async () => {
    const answer = await fetch(`/api/v1/views?page=${page}`).catch(() => null);
    setViews(answer?.ok ? ((await answer.json()) as { data: ViewDto[] }).data : "failed");
  }, [page]);
  useEffect(() => void load(), [load]);

  async function save() {
    if (await done("/api/v1/views", "POST", { page, name, query })) {
      toast(`Kept as “${name.trim()}”`);
      setName("");
      await load();
    }
  }

  async function remove(view: ViewDto) {
    if (!(await done(`/api/v1/views/${view.id}`, "DELETE"))) return;
    toast(`“${view.name}” forgotten`, {
      action: {
        label: "Undo",
        onClick: () => void done("/api/v1/views", "POST", { page, name: view.name, query: view.query }),
      },
    });
    await load();
  }

  return (
    <>
      {views === "loading" && <SkeletonRows rows={2} />}
      {views === "failed" && (
        <p role="alert" className="text-fg-2">
          Keygauge does not answer.{" "}
          <button type="button" className="text-accent-text underline" onClick={() => void load()}>
            Try again
          </button>
        </p>
      )}
      {Array.isArray(views) && views.length === 0 && (
        <p className="text-fg-2">Filters, order and columns that you come back to can be kept here.</p>
      )}
      {Array.isArray(views) && views.length > 0 && (
        <ul className="-mx-2 max-h-64 overflow-y-auto">
          {views.map((view: ViewDto) => (
            <li key={view.id} className="flex items-center rounded-md hover:bg-hover">
              <Link
                href={view.query === "" ? path : `${path}?${view.query}`}
                onClick={onChosen}
                aria-current={view.query === query ? "true" : undefined}
                className={clsx(
                  "min-h-8 min-w-0 grow truncate px-2 py-1.5 pointer-coarse:py-3",
                  view.query === query && "font-medium text-accent-text",
                )}
              >
                <bdi>{view.name}</bdi>
              </Link>
              <IconButton
                label={`Forget ${view.name}`}
                size="sm"
                icon={<Trash2 aria-hidden />}
                onClick={() => void remove(view)}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        className="mt-3 flex gap-2 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Input
          aria-label="Name of the view"
          placeholder="Name what shows now"
          value={name}
          maxLength={80}
          required
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={name.trim() === ""}>
          Keep
        </Button>
      </form>
    </>
  );
}

/** Whether the server did it; if not, it is said why. */
async function done(url: string, method: "POST" | "DELETE", body?: unknown): Promise<boolean> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null);
  if (answer?.ok) return true;
  const problem = (await answer?.json().catch(() => null)) as { detail?: string } | null | undefined;
  toast("That did not work", {
    kind: "error",
    description: problem?.detail ?? "Keygauge does not answer. Try again.",
  });
  return false;
}
