"use client";

import { Archive, ArchiveRestore, Ban, BellOff, CircleCheck, Gauge, Layers, Tag, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog, Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import type { KeyPage } from "@/lib/features/keys/queries";
import { formatNumber } from "@/lib/format";
import { changeKeys } from "../actions";
import { LimitForm } from "./limit-form";
import { SilenceKeys } from "./silence-keys";
import { TagsForm } from "./tags-form";
import { useCommand } from "./use-command";
import { MOST_CHOSEN, type Selection } from "./use-selection";

/** What can be done with the keys that are chosen. `query` is the list's; `retired`: it shows retired keys. */
export function BulkBar({
  selection,
  total,
  query,
  retired,
  onChanged,
}: {
  selection: Selection;
  total: number;
  query: string;
  retired: boolean;
  onChanged: () => void;
}) {
  const [open, setOpen] = useState<"pool" | "tags" | "limit" | "silence" | null>(null);
  const keys = [...selection.ids];
  const count = formatNumber(keys.length);
  const many = keys.length === 1 ? "1 key" : `${count} keys`;

  function changed(words: string) {
    toast(words);
    setOpen(null);
    selection.replace([]);
    onChanged();
  }

  async function change(input: { blocked: boolean } | { retired: boolean }, words: string) {
    const answer = await changeKeys({ keys, ...input });
    if (!answer.ok) return answer.message;
    changed(words);
  }

  async function chooseAll() {
    const answer = await fetch(`/api/v1/keys?${query}&limit=${MOST_CHOSEN}`).catch(() => null);
    if (!answer?.ok) return toast("Keygauge does not answer", { kind: "error" });
    selection.replace(((await answer.json()) as KeyPage).data.map(({ id }) => id));
  }

  return (
    <section
      aria-label="Keys chosen"
      className="flex flex-wrap items-center gap-2 border-b bg-accent-soft px-4 py-2"
    >
      <p role="status" className="mr-1 font-medium">
        {many} chosen
      </p>
      {keys.length < Math.min(total, MOST_CHOSEN) && (
        <Button size="sm" variant="ghost" onClick={() => void chooseAll()}>
          {total > MOST_CHOSEN ? `Choose the first ${MOST_CHOSEN}` : `Choose all ${formatNumber(total)}`}
        </Button>
      )}
      <span className="ml-auto flex flex-wrap items-center gap-2">
        <Button size="sm" icon={<Layers aria-hidden />} onClick={() => setOpen("pool")}>
          Pool
        </Button>
        <Button size="sm" icon={<Tag aria-hidden />} onClick={() => setOpen("tags")}>
          Tag
        </Button>
        <Button size="sm" icon={<BellOff aria-hidden />} onClick={() => setOpen("silence")}>
          Silence
        </Button>
        <Button size="sm" icon={<Gauge aria-hidden />} onClick={() => setOpen("limit")}>
          Limit
        </Button>
        <ConfirmDialog
          trigger={
            <Button size="sm" icon={<Ban aria-hidden />}>
              Block
            </Button>
          }
          title={`Mark ${many} as blocked?`}
          description="Keygauge says so everywhere; it does not keep the provider from answering them."
          confirm="Mark as blocked"
          onConfirm={() => change({ blocked: true }, `${many} blocked`)}
        />
        <Button
          size="sm"
          icon={<CircleCheck aria-hidden />}
          onClick={async () => {
            const refused = await change({ blocked: false }, `${many} unblocked`);
            if (refused !== undefined) toast("That did not work", { kind: "error", description: refused });
          }}
        >
          Unblock
        </Button>
        <ConfirmDialog
          trigger={
            <Button size="sm" icon={retired ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}>
              {retired ? "Bring back" : "Retire"}
            </Button>
          }
          title={retired ? `Bring ${many} back?` : `Retire ${many}?`}
          description={
            retired
              ? "They return to lists, counts and rules."
              : "They leave lists, counts and rules; their history stays, and they can be brought back."
          }
          confirm={retired ? "Bring back" : "Retire"}
          danger={!retired}
          onConfirm={() => change({ retired: !retired }, retired ? `${many} are back` : `${many} retired`)}
        />
        <IconButton
          label="Choose none"
          size="sm"
          icon={<X aria-hidden />}
          onClick={() => selection.replace([])}
        />
      </span>
      <Dialog
        open={open === "pool"}
        onOpenChange={(next) => setOpen(next ? "pool" : null)}
        title={`Move ${many}`}
        description="Keys of one provider that can stand in for each other share a pool."
      >
        <PoolForm keys={keys} onSaved={() => changed(`${many} moved`)} />
      </Dialog>
      <Dialog
        open={open === "tags"}
        onOpenChange={(next) => setOpen(next ? "tags" : null)}
        title={`Tag ${many}`}
        description="By tags keys are found and narrowed: a team, an environment, a purpose."
      >
        <TagsForm keys={keys} onSaved={() => changed(`${many} tagged`)} />
      </Dialog>
      <Dialog
        open={open === "silence"}
        onOpenChange={(next) => setOpen(next ? "silence" : null)}
        title={`Silence ${many}`}
        description="Nothing is sent about them; states and incidents go on."
      >
        {open === "silence" && (
          <SilenceKeys keys={keys} onDone={(length) => changed(`${many} silenced for ${length}`)} />
        )}
      </Dialog>
      <Dialog
        open={open === "limit"}
        onOpenChange={(next) => setOpen(next ? "limit" : null)}
        title={`Limit of ${many}`}
        description="Each key gets a limit of its own. Where one of the same kind is declared, it gets this amount."
      >
        <LimitForm
          label="Set the limit"
          save={(limit) => changeKeys({ keys, limit })}
          onSaved={() => changed(`Limit set on ${many}`)}
        />
      </Dialog>
    </section>
  );
}

function PoolForm({ keys, onSaved }: { keys: readonly string[]; onSaved: () => void }) {
  const { busy, failure, run } = useCommand();
  async function submit(data: FormData) {
    const pool = String(data.get("pool") ?? "").trim() || null;
    if ((await run(() => changeKeys({ keys, pool }))) !== null) onSaved();
  }
  return (
    <Form action={submit} message={failure?.message} issues={failure?.issues}>
      <Field
        label="Pool"
        name="pool"
        optional
        hint="Made where the provider has none of this name; empty takes them out"
      >
        <Input maxLength={512} autoFocus />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Move
        </Button>
      </FormActions>
    </Form>
  );
}
