"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { Button, buttonClass } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Form, FormActions, type FormIssue } from "@/components/ui/form";
import { Input, Textarea } from "@/components/ui/input";
import { SecretReveal } from "@/components/ui/secret-reveal";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import type { ChannelKind } from "@/lib/domain/delivery/kind";
import { draftConfig, shownValue } from "./config-draft";
import { KindPicker } from "./kind-picker";
import { channelKind, type KindField } from "./kinds";

type Initial = {
  name: string;
  kind: ChannelKind;
  /** As it is read: secrets are hints of them. */
  config: Readonly<Record<string, unknown>>;
  enabled: boolean;
};

type Saved = { id: string; generated?: Record<string, string> | undefined };

/** Creates a channel, or changes one that `exists`, whose kind stays. */
export function ChannelForm({
  initial,
  exists,
  save,
  backHref,
}: {
  initial: Initial;
  exists: boolean;
  save: (input: unknown) => Promise<Answer<Saved>>;
  backHref: string;
}) {
  const router = useRouter();
  const [kind, setKind] = useState(initial.kind);
  const [made, setMade] = useState<{ id: string; secret: string } | null>(null);
  const { run, busy, failure, clear } = useAction(save, ({ id, generated }) => {
    const secret = generated?.secret;
    toast(exists ? "Channel saved" : "Channel created");
    if (secret !== undefined) return setMade({ id, secret });
    router.push(`/channels/${id}`);
    router.refresh();
  });
  const { fields } = channelKind(kind);
  const [sent, setSent] = useState<readonly string[]>([]);
  const issues = useMemo(() => failure?.issues.map((issue) => atField(issue, sent)), [failure, sent]);
  function submit(data: FormData) {
    const name = data.get("name");
    const typed = (field: string) => String(data.get(`config.${field}`) ?? "");
    const config = draftConfig(fields, typed, exists ? initial.config : {});
    setSent(Array.isArray(config.to) ? config.to : []);
    const enabled = data.get("enabled") === "on";
    void run(exists ? { name, config, enabled } : { name, kind, config, enabled });
  }
  if (made !== null) return <MadeSecret {...made} />;
  return (
    <Card className="max-w-2xl">
      <Form action={submit} message={failure?.message} issues={issues}>
        {!exists && (
          <div>
            <p className="mb-1.5 font-medium">Kind</p>
            <KindPicker
              value={kind}
              onChange={(next) => {
                setKind(next);
                clear();
              }}
            />
          </div>
        )}
        <Field label="Name" name="name" hint="What rules call it, such as Platform team">
          <Input autoComplete="off" defaultValue={initial.name} autoFocus={!exists} />
        </Field>
        {fields.map((field) => (
          <KindFieldControl
            key={`${kind} ${field.name}`}
            field={field}
            stored={exists ? initial.config : null}
          />
        ))}
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

/** One field of a configuration; `stored` is null for a new channel. */
function KindFieldControl({ field, stored }: { field: KindField; stored: Initial["config"] | null }) {
  const { name, label, type, placeholder } = field;
  const kept = type === "secret" && typeof stored?.[name] === "string" ? stored[name] : null;
  const common = {
    spellCheck: false,
    autoCapitalize: "none",
    placeholder: kept ?? placeholder,
    defaultValue: shownValue(field, stored ?? {}),
  };
  return (
    <Field
      label={label}
      name={`config.${name}`}
      hint={kept === null ? field.hint : "Left empty, it stays as it is; what you enter replaces it"}
      optional={field.optional ?? false}
    >
      {type === "list" ? (
        <Textarea rows={3} {...common} />
      ) : (
        <Input mono autoComplete="off" inputMode={type === "url" ? "url" : "text"} {...common} />
      )}
    </Field>
  );
}

/** What was made for the channel and is shown this once. */
function MadeSecret({ id, secret }: { id: string; secret: string }) {
  return (
    <Card className="max-w-2xl" title="The signing secret">
      <p className="mt-1 mb-3 text-fg-2 text-sm">
        The receiver verifies with it that a message comes from Keygauge and was not changed on the way.
      </p>
      <SecretReveal
        secret={secret}
        label="Signing secret"
        hint="Copy it now: it is kept encrypted and cannot be shown again, only replaced."
      />
      <FormActions className="mt-4">
        <ButtonLink href={`/channels/${id}`} variant="primary">
          Go to the channel
        </ButtonLink>
      </FormActions>
    </Card>
  );
}

/** Each recipient is one field of the API; here all of them are one. */
function atField({ path, message }: FormIssue, sent: readonly string[]): FormIssue {
  const place = /^config\.to\.(\d+)/.exec(path);
  if (place === null) return { path, message };
  return { path: "config.to", message: `${(sent[Number(place[1])] ?? "").slice(0, 60)}: ${message}` };
}
