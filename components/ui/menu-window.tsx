"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { DANGER_ITEM, MENU_ITEM, POPUP } from "./popup-class";

/** Where the focus is at first: on an item when the keyboard opened the menu, else on the menu itself. */
export type MenuStart = "first" | "last" | "menu";

/** The menu itself, beside `anchor`, which gets the focus when it closes. */
export function MenuWindow({
  open,
  onOpenChange,
  anchor,
  labelledBy,
  start,
  align,
  side,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  anchor: HTMLElement;
  labelledBy: string;
  start: MenuStart;
  align: "start" | "center" | "end";
  side: "top" | "bottom" | "right";
  children: ReactNode;
}) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50"
        >
          <Base.Popup
            aria-labelledby={labelledBy}
            finalFocus={() => (isFocusElsewhere() ? false : anchor)}
            className={clsx(POPUP, "min-w-44")}
          >
            {children}
            {start !== "menu" && <StartOn item={start} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Whoever chose something that took the focus keeps it there. */
function isFocusElsewhere(): boolean {
  const { activeElement } = document;
  return activeElement !== document.body && activeElement?.closest('[role="menu"]') === null;
}

/** Puts the focus on an item of the menu it stands in, once that is open. */
function StartOn({ item }: { item: "first" | "last" }) {
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const focus = () => {
      const items = mark.current
        ?.closest('[role="menu"]')
        ?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])');
      items?.item(item === "first" ? 0 : items.length - 1)?.focus({ preventScroll: true });
    };
    // The menu means to take the focus itself a frame later, but lets go of it when it sees that one of its items got it.
    queueMicrotask(focus);
  }, [item]);
  return <span ref={mark} hidden />;
}

export function MenuItem({
  icon,
  danger = false,
  disabled,
  onSelect,
  children,
}: {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Base.Item disabled={disabled} onClick={onSelect} className={danger ? DANGER_ITEM : MENU_ITEM}>
      {icon}
      {children}
    </Base.Item>
  );
}

export function MenuLink({ href, icon, children }: { href: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <Base.LinkItem render={<Link href={href} />} className={MENU_ITEM} closeOnClick>
      {icon}
      {children}
    </Base.LinkItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}

export type MenuRadiosProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  value: Value;
  onChange: (value: Value) => void;
};

export function MenuRadios<Value extends string>({
  label,
  options,
  value,
  onChange,
}: MenuRadiosProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-fg-3 text-xs">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick={false} className={MENU_ITEM}>
            {option.icon}
            <span className="grow">{option.label}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden className="text-accent-text!" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export type MenuChecksProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string }[];
  value: readonly Value[];
  onSwitch: (value: Value) => void;
};

export function MenuChecks<Value extends string>({
  label,
  options,
  value,
  onSwitch,
}: MenuChecksProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-fg-3 text-xs">{label}</Base.GroupLabel>
      {options.map((option) => (
        <Base.CheckboxItem
          key={option.value}
          checked={value.includes(option.value)}
          onCheckedChange={() => onSwitch(option.value)}
          closeOnClick={false}
          className={MENU_ITEM}
        >
          <span className="grow">{option.label}</span>
          <Base.CheckboxItemIndicator>
            <Check aria-hidden className="text-accent-text!" />
          </Base.CheckboxItemIndicator>
        </Base.CheckboxItem>
      ))}
    </Base.Group>
  );
}
