"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Field } from "@/components/ui/field";
import { InputGroup } from "@/components/ui/input";

/** A password that can be shown while it is typed; says when caps lock is on. */
export function PasswordField({
  hint,
  ...props
}: Pick<ComponentProps<typeof InputGroup>, "autoComplete" | "autoFocus" | "ref" | "minLength"> & {
  hint?: string;
}) {
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field label="Password" name="password" hint={capsLock ? "Caps lock is on." : hint}>
      <InputGroup
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
        onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))}
        className="h-9"
        after={
          <button
            type="button"
            aria-label={shown ? "Hide password" : "Show password"}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="-mr-1 grid size-7 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
          >
            <Icon aria-hidden className="size-[15px]" />
          </button>
        }
        {...props}
      />
    </Field>
  );
}
