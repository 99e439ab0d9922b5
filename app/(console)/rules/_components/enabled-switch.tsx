"use client";

import { useRouter } from "next/navigation";
import { useOptimistic, useTransition } from "react";
import { ask } from "@/components/forms/use-action";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { switchRule } from "../actions";

/** Switches a rule on and off at once. `labelled` where no heading says what it switches. */
export function EnabledSwitch({
  id,
  name,
  enabled,
  labelled = false,
}: {
  id: string;
  name: string;
  enabled: boolean;
  labelled?: boolean;
}) {
  const router = useRouter();
  const [shown, show] = useOptimistic(enabled);
  const [, start] = useTransition();
  return (
    <Switch
      label={
        <>
          <span className="sr-only">{name} is </span>On
        </>
      }
      hideLabel={!labelled}
      checked={shown}
      onCheckedChange={(next) =>
        start(async () => {
          show(next);
          const answer = await ask(() => switchRule(id, next));
          if (!answer.ok) toast(answer.message, { kind: "error" });
          router.refresh();
        })
      }
    />
  );
}
