"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Switch } from "@/components/ui/switch";
import type { Guide } from "./guide";

/** What a source can be told: its name, where its records carry the key, and what its gateway signs with. */
export function SourceFields({
  guide,
  name,
  keyFrom = [],
  signed = false,
}: {
  guide: Pick<Guide, "title" | "keyPaths" | "signs">;
  name: string;
  keyFrom?: readonly string[];
  signed?: boolean;
}) {
  return (
    <>
      <Field label="Name" name="name" hint="What people call this one, such as its place or its team">
        <Input autoComplete="off" defaultValue={name} />
      </Field>
      {guide.keyPaths !== null && (
        <KeyFrom title={guide.title} paths={guide.keyPaths} initial={keyFrom.join("\n")} />
      )}
      {(guide.signs || signed) && (
        <Field
          label="Signing secret"
          name="signing_secret"
          optional
          hint={
            signed
              ? "One is set. Leave this empty to keep it."
              : `What ${guide.title} signs its deliveries with. With it, unsigned ones are refused. Kept encrypted.`
          }
        >
          <Input type="password" autoComplete="off" mono placeholder={signed ? "••••••••••••" : undefined} />
        </Field>
      )}
      {signed && (
        <Switch name="unsigned" label="Remove the signing secret" hint="The token alone counts then" />
      )}
    </>
  );
}

function KeyFrom({
  title,
  paths,
  initial,
}: {
  title: string;
  paths: NonNullable<Guide["keyPaths"]>;
  initial: string;
}) {
  const [text, setText] = useState(initial);
  const chosen = linesOf(text);
  const open = paths.filter(({ path }) => !chosen.includes(path));
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Where the key stands"
        name="key_from"
        optional
        hint={`Paths into a record, one a line; the first that is there counts. Without any, it is the key that ${title} names, else the consumer. Keys are kept as a fingerprint and their last characters.`}
      >
        <Textarea
          mono
          rows={Math.max(2, Math.min(6, chosen.length + 1))}
          spellCheck={false}
          autoCapitalize="none"
          placeholder={paths[0]?.path ?? "request.headers.x-api-key"}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      {open.length > 0 && (
        <ul aria-label="Usual places" className="flex flex-col items-start gap-1">
          {open.map(({ path, what }) => (
            <li key={path} className="flex max-w-full flex-wrap items-center gap-x-2 text-fg-3 text-xs">
              <Button
                variant="ghost"
                size="sm"
                icon={<Plus aria-hidden />}
                className="max-w-full font-mono"
                onClick={() => setText([...chosen, path].join("\n"))}
              >
                <span className="truncate">{path}</span>
              </Button>
              {what}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** What the form's fields say, as the commands take it; a secret left empty stays as it is. */
export function sourceInput(data: FormData): Record<string, unknown> {
  const keyFrom = data.get("key_from");
  const secret = String(data.get("signing_secret") ?? "").trim();
  return {
    name: data.get("name"),
    ...(keyFrom === null ? {} : { key_from: linesOf(String(keyFrom)) }),
    ...(data.get("unsigned") === "on"
      ? { signing_secret: null }
      : secret === ""
        ? {}
        : { signing_secret: secret }),
  };
}
