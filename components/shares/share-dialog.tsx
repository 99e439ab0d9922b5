"use client";

import { Share2 } from "lucide-react";
import { useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { PRESET_LABELS } from "@/components/shell/range-picker";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { RadioGroup } from "@/components/ui/radio-group";
import { RelativeTime } from "@/components/ui/relative-time";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { Select } from "@/components/ui/select";
import { TextLink } from "@/components/ui/text-link";
import { rangeQuery, resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import type { ShareSpan, ShareWithLink } from "@/lib/features/shares/schemas";

const SPANS: readonly { value: ShareSpan; label: string }[] = [
  { value: "1h", label: "1 hour" },
  { value: "1d", label: "1 day" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
];

type Shared = { title: string; expires_in: string; range: string };

/** Makes a read-only link of what shows, and tells it once. */
export function ShareDialog({
  what,
  title,
  range,
  share,
}: {
  what: "exploration" | "dashboard";
  title: string;
  range: TimeRange;
  share: (input: Shared) => Promise<Answer<ShareWithLink>>;
}) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<ShareWithLink | null>(null);
  const { run, busy, failure, clear } = useAction(share, setMade);
  function change(next: boolean) {
    setOpen(next);
    clear();
    if (next) setMade(null);
  }
  function make(data: FormData) {
    const moves = range.kind === "custom" || data.get("moves") !== "fixed";
    const shown: TimeRange = moves ? range : { kind: "custom", ...resolveRange(range, Date.now()) };
    void run({
      title: String(data.get("title")),
      expires_in: String(data.get("expires_in")),
      range: rangeQuery(shown),
    });
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button icon={<Share2 aria-hidden />}>
          <span className="max-sm:sr-only">Share</span>
        </Button>
      }
      title={made === null ? `Share this ${what}` : "The link is ready"}
      description={
        made === null
          ? `Whoever has the link sees this ${what} as it is now, without an account, and nothing else.`
          : undefined
      }
      footer={made !== null && <Button onClick={() => change(false)}>Done</Button>}
    >
      {made === null ? (
        <Form action={make} {...failure}>
          <Field label="Title" name="title">
            <Input autoComplete="off" defaultValue={title.slice(0, 120)} maxLength={120} />
          </Field>
          <Field label="Ends after" name="expires_in">
            <Select options={SPANS} defaultValue="7d" />
          </Field>
          {range.kind === "preset" && (
            <div>
              <p className="mb-1.5 font-medium">Range</p>
              <RadioGroup
                aria-label="Range"
                name="moves"
                defaultValue="moving"
                options={[
                  {
                    value: "moving",
                    label: `The last ${PRESET_LABELS[range.preset]}`,
                    hint: "moves on with the clock",
                  },
                  { value: "fixed", label: "What shows now", hint: "stays at this stretch of time" },
                ]}
              />
            </div>
          )}
          <FormActions className="justify-end">
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Make link
            </Button>
          </FormActions>
        </Form>
      ) : (
        <div className="flex flex-col gap-3">
          <SecretReveal secret={made.url} label="Link" />
          <p className="text-fg-2">
            It ends <RelativeTime at={Date.parse(made.expires_at)} />. Links are listed, and can be revoked,
            under{" "}
            <TextLink className="underline" href="/settings/links">
              Settings → Links
            </TextLink>
            .
          </p>
        </div>
      )}
    </Dialog>
  );
}
