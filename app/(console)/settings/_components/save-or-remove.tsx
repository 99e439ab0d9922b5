"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps } from "react";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import { FormActions } from "@/components/ui/form";

/** The buttons of what sends messages: saved here, and taken back where it was set here. */
export function SaveOrRemove({
  busy,
  removable,
  ...removal
}: {
  busy: boolean;
  removable: boolean;
} & Pick<ComponentProps<typeof ConfirmAction<unknown>>, "title" | "description" | "action" | "done">) {
  const router = useRouter();
  return (
    <FormActions>
      <Button type="submit" variant="primary" loading={busy}>
        Save
      </Button>
      {removable && (
        <ConfirmAction
          {...removal}
          trigger={<Button>Remove</Button>}
          confirm="Remove"
          onDone={() => router.refresh()}
        />
      )}
    </FormActions>
  );
}
