"use client";

import { Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { removeRule } from "../actions";

export function RuleActions({ id, name, firing }: { id: string; name: string; firing: number }) {
  const router = useRouter();
  return (
    <>
      <ButtonLink href={`/rules/${id}/edit`} icon={<Pencil aria-hidden />}>
        Change
      </ButtonLink>
      <ConfirmAction
        trigger={<Button icon={<Trash2 aria-hidden />}>Delete</Button>}
        title={`Delete ${name}?`}
        description={
          firing === 0
            ? "Nothing is watched by it any more. Its incidents stay to be read."
            : `It is firing: its ${firing === 1 ? "open incident resolves" : `${firing} open incidents resolve`}, with that reason. They stay to be read.`
        }
        confirm="Delete rule"
        action={() => removeRule(id)}
        done="Rule deleted"
        onDone={() => {
          router.push("/rules");
          router.refresh();
        }}
      />
    </>
  );
}
