"use client";

import { KeyRound, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { removeSource, renameSource, rotateToken } from "../actions";
import { NewToken } from "./new-token";

/** What can be done with a source: rename it, give it another token, delete it. */
export function SourceActions({ source, appUrl }: { source: SourceDto; appUrl: string | null }) {
  const router = useRouter();
  const [fresh, setFresh] = useState<{ token: string; accepted: number; rejected: number } | null>(null);
  return (
    <>
      <Rename source={source} />
      <ConfirmAction
        trigger={<Button icon={<KeyRound aria-hidden />}>Rotate token</Button>}
        title="Rotate the ingest token?"
        description="A new token is made and the present one stops working at once: events sent with it are refused until the gateway has the new one."
        confirm="Rotate token"
        action={() => rotateToken(source.id)}
        onDone={(rotated) => {
          setFresh(rotated);
          router.refresh();
        }}
      />
      <ConfirmAction
        trigger={<Button icon={<Trash2 aria-hidden />}>Delete</Button>}
        title={`Delete ${source.name}?`}
        description="Its token stops working at once. The events it sent stay, and so do its keys."
        confirm="Delete source"
        action={() => removeSource(source.id)}
        done="Source deleted"
        onDone={() => router.push("/sources")}
      />
      <Dialog
        open={fresh !== null}
        onOpenChange={(open) => {
          if (!open) setFresh(null);
        }}
        wide
        title="The new ingest token"
        footer={<Button onClick={() => setFresh(null)}>Done</Button>}
      >
        {fresh !== null && (
          <NewToken
            source={{ id: source.id, accepted: fresh.accepted, rejected: fresh.rejected }}
            token={fresh.token}
            appUrl={appUrl}
          />
        )}
      </Dialog>
    </>
  );
}

function Rename({ source }: { source: SourceDto }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { run, busy, failure, clear } = useAction(renameSource, () => {
    setOpen(false);
    toast("Source renamed");
    router.refresh();
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        clear();
      }}
      trigger={<Button icon={<Pencil aria-hidden />}>Rename</Button>}
      title="Rename the source"
    >
      <Form action={(data) => void run(source.id, { name: data.get("name") })} {...failure}>
        <Field label="Name" name="name">
          <Input autoFocus autoComplete="off" defaultValue={source.name} />
        </Field>
        <FormActions className="justify-end">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button type="submit" variant="primary" loading={busy}>
            Rename
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
