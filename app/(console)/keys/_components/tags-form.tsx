"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { tagsOfText } from "@/lib/domain/usage/key-tags";
import { changeKeys } from "../actions";
import { useCommand } from "./use-command";

/** Tags that the keys get, and such as they lose. */
export function TagsForm({ keys, onSaved }: { keys: readonly string[]; onSaved: () => void }) {
  const { busy, failure, run } = useCommand();
  async function submit(data: FormData) {
    const typed = (name: string) => tagsOfText(String(data.get(name) ?? ""));
    const gone = Object.keys(typed("without")).map((name) => [name, null] as const);
    const tags = { ...Object.fromEntries(gone), ...typed("tags") };
    if ((await run(() => changeKeys({ keys, tags }))) !== null) onSaved();
  }
  // What is wrong with one tag is said of the field.
  const issues = failure?.issues.map((issue) =>
    issue.path.startsWith("tags") ? { ...issue, path: "tags" } : issue,
  );
  return (
    <Form action={submit} message={failure?.message} issues={issues}>
      <Field
        label="Tags"
        name="tags"
        hint="As in team=search, env=prod; a tag of the same name gets this value"
      >
        <Input maxLength={2_000} autoFocus />
      </Field>
      <Field label="Take away" name="without" optional hint="Names, parted by commas">
        <Input maxLength={2_000} />
      </Field>
      <FormActions>
        <Button type="submit" variant="primary" loading={busy}>
          Tag
        </Button>
      </FormActions>
    </Form>
  );
}
