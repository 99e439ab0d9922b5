"use client";

import { Archive, ArchiveRestore, Ban, CircleCheck, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { ask } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { tagsOfText, tagWords } from "@/lib/domain/usage/key-tags";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { useCommand } from "../../_components/use-command";
import { changeKey, removeKey } from "../../actions";

/** What an operator can do with a key, and an admin: history is for them to delete. */
export function KeyActions({
  of,
  canDelete,
  onChanged,
  onDeleting,
}: {
  of: KeyDto;
  canDelete: boolean;
  onChanged: () => void;
  /** The key is about to go; with false, it stays after all. */
  onDeleting: (deleting: boolean) => void;
}) {
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);

  async function change(input: { blocked: boolean } | { retired: boolean }, done: string) {
    const answer = await changeKey(of.id, input).catch(() => null);
    if (answer?.ok) {
      toast(done, { kind: "success" });
      onChanged();
    } else {
      toast("That did not work", {
        kind: "error",
        description: answer?.message ?? "Keygauge does not answer. Try again.",
      });
    }
  }

  const blocked = of.blocked_at !== null;
  const retired = of.retired_at !== null;
  return (
    <>
      <Menu trigger={<IconButton label="Actions" variant="secondary" icon={<Ellipsis />} />}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setEditing(true)}>
          Rename, move or tag
        </MenuItem>
        <MenuSeparator />
        {blocked ? (
          <MenuItem
            icon={<CircleCheck aria-hidden />}
            onSelect={() => change({ blocked: false }, "Key unblocked")}
          >
            Unblock
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Ban aria-hidden />}
            danger
            onSelect={() => change({ blocked: true }, "Key blocked")}
          >
            Mark as blocked
          </MenuItem>
        )}
        {retired ? (
          <MenuItem
            icon={<ArchiveRestore aria-hidden />}
            onSelect={() => change({ retired: false }, "Key is back in the lists")}
          >
            Bring back
          </MenuItem>
        ) : (
          <MenuItem icon={<Archive aria-hidden />} onSelect={() => change({ retired: true }, "Key retired")}>
            Retire
          </MenuItem>
        )}
        {canDelete && (
          <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setDeleting(true)}>
            Delete …
          </MenuItem>
        )}
      </Menu>
      <DeleteKey of={of} open={deleting} onOpenChange={setDeleting} onDeleting={onDeleting} />
      <Dialog open={editing} onOpenChange={setEditing} title="Rename, move or tag the key">
        <KeyForm
          of={of}
          onSaved={() => {
            setEditing(false);
            onChanged();
          }}
        />
      </Dialog>
    </>
  );
}

/** Says what goes and what stays before a key goes. */
function DeleteKey({
  of,
  open,
  onOpenChange,
  onDeleting,
}: {
  of: KeyDto;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleting: (deleting: boolean) => void;
}) {
  const router = useRouter();
  const limits = of.limits.length;
  async function remove() {
    onDeleting(true);
    const answer = await ask(() => removeKey(of.id));
    if (!answer.ok) onDeleting(false);
    return answer;
  }
  return (
    <ConfirmAction
      open={open}
      onOpenChange={onOpenChange}
      title={
        <span className="foreign-text line-clamp-2">
          Delete <bdi>{of.name ?? of.hint}</bdi>?
        </span>
      }
      description={
        <div className="flex flex-col gap-2">
          <p>
            Its events and charts, {limits > 0 && `its ${limits === 1 ? "limit" : `${limits} limits`}, `}
            annotations and tags are gone for good, and totals no longer count them. Incidents and messages
            stay to be read; open incidents are resolved.
          </p>
          <p>
            When the key is used again, it comes back as a new one.{" "}
            {of.retired_at === null && "To take it off the lists and keep its history, retire it instead."}
          </p>
        </div>
      }
      confirm="Delete key"
      action={remove}
      done="Key deleted"
      onDone={() => router.push("/keys")}
    />
  );
}

function KeyForm({ of, onSaved }: { of: KeyDto; onSaved: () => void }) {
  const { busy, failure, run } = useCommand();
  async function submit(data: FormData) {
    const typed = tagsOfText(String(data.get("tags") ?? ""));
    const gone = Object.keys(of.tags).filter((name) => !Object.hasOwn(typed, name));
    const tags = { ...Object.fromEntries(gone.map((name) => [name, null])), ...typed };
    const text = (name: string) => String(data.get(name) ?? "").trim() || null;
    const done = await run(() => changeKey(of.id, { name: text("name"), pool: text("pool"), tags }));
    if (done === null) return;
    toast("Key changed", { kind: "success" });
    onSaved();
  }
  return (
    <Form
      action={submit}
      message={failure?.message}
      issues={failure?.issues.map((issue) =>
        issue.path.startsWith("tags") ? { ...issue, path: "tags" } : issue,
      )}
    >
      <Field label="Name" name="name" hint="Left empty, the name that comes with events is used">
        <Input defaultValue={of.name ?? ""} maxLength={512} />
      </Field>
      <Field label="Pool" name="pool" optional hint="Keys of one provider that can stand in for each other">
        <Input defaultValue={of.pool ?? ""} maxLength={512} />
      </Field>
      <Field label="Tags" name="tags" optional hint="As in team=search, env=prod">
        <Input defaultValue={tagWords(of.tags)} maxLength={4_000} />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
