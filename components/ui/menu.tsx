"use client";

import {
  type ComponentProps,
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useId,
  useState,
} from "react";
import { askFor } from "./ask-for";
import type * as MenuParts from "./menu-window";
import { onDemand } from "./on-demand";
import { type Handlers, withProps } from "./with-props";

type Parts = typeof MenuParts;

// What a menu is made of comes when somebody is about to open one.
const parts = onDemand(() => import("./menu-window"));
const Context = createContext<Parts | null>(null);

/** A menu of actions; fill it with MenuItem, MenuLink, MenuSeparator and MenuRadios. `trigger` is one button element. */
export function Menu({
  trigger,
  align = "end",
  side = "bottom",
  children,
}: {
  trigger: ReactElement<Handlers>;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "right";
  children: ReactNode;
}) {
  const found = parts.use();
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState(false);
  const [start, setStart] = useState<MenuParts.MenuStart>("menu");

  function prepare(event: { currentTarget: HTMLElement }) {
    setAnchor(event.currentTarget);
    parts.ask().catch(() => undefined);
  }
  async function show(
    { currentTarget }: KeyboardEvent<HTMLElement> | MouseEvent<HTMLElement>,
    from: MenuParts.MenuStart,
  ) {
    setAnchor(currentTarget);
    setStart(from);
    setOpen(true);
    if ((await askFor(parts)) === null) setOpen(false);
  }

  return (
    <>
      {withProps(trigger, {
        id,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        onPointerEnter: prepare,
        onFocus: prepare,
        // Of a key, or of what presses for somebody who cannot see it.
        onClick: (event) => void show(event, event.detail === 0 ? "first" : "menu"),
        onKeyDown(event) {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          void show(event, event.key === "ArrowDown" ? "first" : "last");
        },
      })}
      {found !== null && anchor !== null && (
        <Context value={found}>
          <found.MenuWindow
            open={open}
            onOpenChange={setOpen}
            anchor={anchor}
            labelledBy={id}
            start={start}
            align={align}
            side={side}
          >
            {children}
          </found.MenuWindow>
        </Context>
      )}
    </>
  );
}

/** What stands in a menu, whose parts are there once it is open. */
function useParts(): Parts {
  const found = useContext(Context);
  if (found === null) throw new Error("Items of a menu stand in a Menu");
  return found;
}

export function MenuItem(props: ComponentProps<Parts["MenuItem"]>) {
  const { MenuItem: Part } = useParts();
  return <Part {...props} />;
}

export function MenuLink(props: ComponentProps<Parts["MenuLink"]>) {
  const { MenuLink: Part } = useParts();
  return <Part {...props} />;
}

export function MenuSeparator() {
  const { MenuSeparator: Part } = useParts();
  return <Part />;
}

/** One of a few settings inside a menu. */
export function MenuRadios<Value extends string>(props: MenuParts.MenuRadiosProps<Value>) {
  const { MenuRadios: Part } = useParts();
  return <Part {...props} />;
}

/** Several settings inside a menu, each on or off; the menu stays open. */
export function MenuChecks<Value extends string>(props: MenuParts.MenuChecksProps<Value>) {
  const { MenuChecks: Part } = useParts();
  return <Part {...props} />;
}
