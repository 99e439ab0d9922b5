"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { ask, useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Form } from "@/components/ui/form";
import { Textarea } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { comment, uncomment } from "../actions";

/** Writes on the timeline. */
export function CommentForm({ incident }: { incident: string }) {
  const router = useRouter();
  const [text, setText] = useState("");
  const { run, busy, failure } = useAction(comment, () => {
    setText("");
    router.refresh();
  });
  return (
    <Form
      action={() => void run(incident, text)}
      message={failure?.message}
      issues={failure?.issues}
      className="gap-2"
    >
      <Field label="Comment" name="text" hideLabel>
        <Textarea
          rows={2}
          maxLength={4_000}
          placeholder="What you found, what you did"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit" size="sm" className="w-fit" loading={busy} disabled={text.trim() === ""}>
        Comment
      </Button>
    </Form>
  );
}

/** Takes one's own comment away. */
export function RemoveComment({ incident, id }: { incident: string; id: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  async function remove() {
    setBusy(true);
    const answer = await ask(() => uncomment(incident, id));
    setBusy(false);
    if (!answer.ok) toast(answer.message, { kind: "error" });
    router.refresh();
  }
  return (
    <button
      type="button"
      disabled={busy}
      onClick={remove}
      className="rounded-xs text-accent-text text-xs hover:underline pointer-coarse:py-2"
    >
      Delete comment
    </button>
  );
}
