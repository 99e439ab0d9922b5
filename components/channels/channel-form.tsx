"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Form, FormActions, type FormIssue } from "@/components/ui/form";
import { Input, Textarea } from "@/components/ui/input";
import { Segmented } from "@/components/ui/radio-group";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { CHANNEL_KINDS, type ChannelKind } from "@/lib/domain/delivery/kind";
import { channelKind } from "./kinds";
import { parseRecipients, recipientsText } from "./recipients";

type Initial = { name: string; kind: ChannelKind; to: readonly string[]; enabled: boolean };

/** Creates a channel, or changes one that `exists`, whose kind stays. */
export function ChannelForm({
  initial,
  exists,
  save,
  backHref,
}: {
  initial: Initial;
  exists: boolean;
  save: (input: unknown) => Promise<Answer<{ id: string }>>;
  backHref: string;
}) {
  const router = useRouter();
  const [kind, setKind] = useState(initial.kind);
  const { run, busy, failure } = useAction(save, ({ id }) => {
    toast(exists ? "Channel saved" : "Channel created");
    router.push(`/channels/${id}`);
    router.refresh();
  });
  const { recipients } = channelKind(kind);
  const [sent, setSent] = useState<string[]>([]);
  const issues = useMemo(() => failure?.issues.map((issue) => atField(issue, sent)), [failure, sent]);
  function submit(data: FormData) {
    const name = data.get("name");
    const config = { to: parseRecipients(String(data.get("config.to") ?? "")) };
    setSent(config.to);
    const enabled = data.get("enabled") === "on";
    void run(exists ? { name, config, enabled } : { name, kind, config, enabled });
  }
  return (
    <Card className="max-w-xl">
      <Form action={submit} message={failure?.message} issues={issues}>
        {!exists && (
          <div>
            <p className="mb-1.5 font-medium">Kind</p>
            <Segmented
              aria-label="Kind"
              options={CHANNEL_KINDS.map((value) => {
                const { label, icon: Icon } = channelKind(value);
                return { value, label, icon: <Icon aria-hidden /> };
              })}
              value={kind}
              onChange={setKind}
            />
          </div>
        )}
        <Field label="Name" name="name" hint="What rules call it, such as Platform team">
          <Input autoComplete="off" defaultValue={initial.name} autoFocus={!exists} />
        </Field>
        <Field label={recipients.label} name="config.to" hint={recipients.hint}>
          <Textarea
            key={kind}
            rows={3}
            spellCheck={false}
            autoCapitalize="none"
            placeholder={recipients.placeholder}
            defaultValue={kind === initial.kind ? recipientsText(initial.to) : ""}
          />
        </Field>
        <Switch
          name="enabled"
          label="The channel is on"
          hint="Off, nothing is sent to it"
          defaultChecked={initial.enabled}
        />
        <FormActions>
          <Button type="submit" variant="primary" loading={busy}>
            {exists ? "Save channel" : "Create channel"}
          </Button>
          <Link href={backHref} className={buttonClass()}>
            Cancel
          </Link>
        </FormActions>
      </Form>
    </Card>
  );
}

/** Each recipient is one field of the API; here all of them are one. */
function atField({ path, message }: FormIssue, sent: readonly string[]): FormIssue {
  const place = /^config\.to\.(\d+)/.exec(path);
  if (place === null) return { path, message };
  return { path: "config.to", message: `${(sent[Number(place[1])] ?? "").slice(0, 60)}: ${message}` };
}
