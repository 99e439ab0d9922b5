"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { TextLink } from "@/components/ui/text-link";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { Connect } from "../../sources/_components/connect";
import type { Guide } from "../../sources/_components/guide";
import { SourceSetup } from "../../sources/_components/source-setup";
import { addSource } from "../../sources/actions";

/**
 * Makes the first source and waits for its first event, all in one place. What arrived stays in sight, though the step is
 * done by then: `waiting` is the source as it was when the page was opened.
 */
export function StartSource({
  guides,
  waiting,
  done,
  appUrl,
}: {
  guides: readonly Guide[];
  waiting: SourceDto | null;
  done: boolean;
  appUrl: string | null;
}) {
  const router = useRouter();
  const [before] = useState(waiting);
  const [wasDone] = useState(done);
  const [format, setFormat] = useState<string>("native");
  const [made, setMade] = useState<{ id: string; token: string; guide: Guide } | null>(null);
  const guideOf = (wanted: string) => guides.find((guide) => guide.format === wanted) ?? guides[0];
  const { run, busy, failure } = useAction(addSource, ({ id, token, format: chosen }) => {
    const guide = guideOf(chosen);
    if (guide !== undefined) setMade({ id, token, guide });
    router.refresh();
  });
  if (made !== null) {
    const since = { id: made.id, accepted: 0, duplicates: 0, rejected: 0 };
    return <Connect guide={made.guide} source={since} token={made.token} appUrl={appUrl} />;
  }
  const guide = guideOf(before?.format ?? format);
  if (wasDone || guide === undefined) return null;
  if (before !== null) {
    return (
      <>
        <SourceSetup source={before} guide={guide} canWrite appUrl={appUrl} />
        <p className="mt-3 text-fg-3 text-sm">
          {before.name} has sent nothing yet. Something else reports first?{" "}
          <TextLink className="underline" href="/sources/new">
            Add another source
          </TextLink>
        </p>
      </>
    );
  }
  return (
    <Form
      className="max-w-2xl"
      action={(data) => void run({ name: data.get("name"), format, key_from: [] })}
      {...failure}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="What reports its API calls" name="format" hint={guide.about}>
          <Select
            options={guides.map(({ format: value, title }) => ({ value, label: title }))}
            value={format}
            onChange={setFormat}
          />
        </Field>
        <Field label="Name" name="name" hint="What you call it here">
          <Input key={format} defaultValue={format === "native" ? "my-app" : format} autoComplete="off" />
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" variant="primary" loading={busy}>
          Create source
        </Button>
        <TextLink href="/sources/new" className="text-sm">
          Compare all gateways
        </TextLink>
      </div>
    </Form>
  );
}
