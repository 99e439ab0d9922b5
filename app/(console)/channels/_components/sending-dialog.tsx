"use client";

import { Pencil } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { QuietHoursFields } from "@/components/channels/quiet-hours-fields";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useZone } from "@/components/ui/viewer";
import type { QuietHours } from "@/lib/domain/delivery/quiet";
import type { ChannelDto } from "@/lib/features/channels/schemas";
import { saveChannel } from "../actions";

const NONE = "none";

interface Props {
  channel: ChannelDto;
  others: readonly { id: string; name: string }[];
}

/** Quiet hours and fallback of a channel. */
export function SendingDialog({ channel, others }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      trigger={
        <Button size="sm" icon={<Pencil aria-hidden />}>
          Change
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      title="When, and where else"
      description={`Of the channel ${channel.name}`}
    >
      {/* Inside the dialog, so that it starts anew each time. */}
      <SendingForm channel={channel} others={others} onSaved={() => setOpen(false)} />
    </Dialog>
  );
}

function SendingForm({ channel, others, onSaved }: Props & { onSaved: () => void }) {
  const router = useRouter();
  const zone = useZone();
  const [quiet, setQuiet] = useState<QuietHours | null>(channel.quiet_hours);
  const [fallback, setFallback] = useState(channel.fallback ?? NONE);
  const { run, busy, failure } = useAction(saveChannel, () => {
    toast("Channel saved", { kind: "success" });
    router.refresh();
    onSaved();
  });
  return (
    <Form
      action={() =>
        void run(channel.id, { quiet_hours: quiet, fallback: fallback === NONE ? null : fallback })
      }
      message={failure?.message}
      issues={failure?.issues}
    >
      <QuietHoursFields value={quiet} zone={zone} onChange={setQuiet} issues={failure?.issues ?? []} />
      <Field
        label="Fallback"
        name="fallback"
        hint="Gets what was refused for good, or could not be handed over within 24 hours"
      >
        <Select
          options={[
            { value: NONE, label: "None" },
            ...others.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={fallback}
          onChange={setFallback}
        />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
