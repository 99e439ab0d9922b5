"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { NumberInput } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useNow } from "@/components/ui/viewer";
import { estimateRetention } from "@/lib/domain/usage/retention";
import type { RetentionDto } from "@/lib/features/installation/schemas";
import { formatBytes, formatDate, formatMagnitude } from "@/lib/format";
import { saveRetention } from "../../actions";

/** How long events are kept, with what another length would mean; asks before anything is deleted. */
export function RetentionForm({ retention }: { retention: RetentionDto }) {
  const router = useRouter();
  const now = useNow(60_000);
  const [text, setText] = useState(String(retention.events_days));
  const [asking, setAsking] = useState(false);
  const { run, busy, failure } = useAction(saveRetention, () => {
    setAsking(false);
    toast("Retention saved", { kind: "success" });
    router.refresh();
  });
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text) : null;
  const { bytes, gone } =
    days === null || days < 1 ? { bytes: null, gone: null } : estimateRetention(retention.days, days, now);
  // Days of storage begin and end in UTC.
  const until = gone === null ? "" : formatDate(Date.parse(gone.until), "UTC");
  const save = () => void run({ events_days: text.trim() === "" ? null : Number(text) });
  return (
    <Form action={() => (gone === null ? save() : setAsking(true))} className="pt-2" {...failure}>
      <Field
        label="Keep single events for"
        name="events_days"
        hint={
          bytes === null
            ? "What it takes on disk is known once a day has ended"
            : `About ${formatBytes(bytes)} on disk, as the days so far have it`
        }
      >
        <NumberInput
          unit="days"
          min={1}
          max={3650}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="max-w-40"
        />
      </Field>
      {gone !== null && (
        <Callout kind="warning" title={`Deletes ${formatMagnitude(gone.events)} events at once`}>
          {gone.days === 1 ? `The day of ${until}` : `The ${gone.days} days up to ${until}`},{" "}
          {formatBytes(gone.bytes)}. Totals by the minute and hour stay.
        </Callout>
      )}
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
      </FormActions>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete older events?"
        description={
          gone === null
            ? undefined
            : `${formatMagnitude(gone.events)} events up to ${until} are deleted at once and do not come back.`
        }
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button variant="danger" loading={busy} onClick={save}>
              Delete and save
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </Form>
  );
}
