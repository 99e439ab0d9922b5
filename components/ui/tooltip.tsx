"use client";

import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { onDemand } from "./on-demand";
import { type Handlers, withProps } from "./with-props";

export type TooltipSide = "top" | "right" | "bottom" | "left";

const SHOWN_AFTER_MS = 350;
/** As long as a pointer takes from the element to the words, which may be read with it on them. */
const HIDDEN_AFTER_MS = 100;

// What places it beside its element comes while the pointer rests there.
const parts = onDemand(() => import("./tooltip-window"));

/** Words for what the trigger shows; never the only place of an information. `children` is one focusable element. */
export function Tooltip({
  content,
  children,
  side = "top",
}: {
  content: ReactNode;
  children: ReactElement<Handlers>;
  side?: TooltipSide;
}) {
  const found = parts.use();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const [open, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function turn(next: boolean, afterMs: number) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(next), afterMs);
  }
  function show(element: Element, afterMs: number) {
    setAnchor(element);
    // Its words are the element's name too: without them nothing is lost.
    parts.ask().catch(() => undefined);
    turn(true, afterMs);
  }

  return (
    <>
      {withProps(children, {
        onPointerEnter: ({ currentTarget, pointerType }) => {
          if (pointerType === "mouse") show(currentTarget, SHOWN_AFTER_MS);
        },
        onPointerLeave: () => turn(false, HIDDEN_AFTER_MS),
        onPointerDown: () => turn(false, 0),
        onFocus: ({ currentTarget }) => {
          if (currentTarget.matches(":focus-visible")) show(currentTarget, 0);
        },
        onBlur: () => turn(false, 0),
        onClick: () => turn(false, 0),
      })}
      {found !== null && anchor !== null && (
        <found.TooltipWindow
          open={open}
          onOpenChange={(next) => turn(next, 0)}
          anchor={anchor}
          side={side}
          onPointerEnter={() => turn(true, 0)}
          onPointerLeave={() => turn(false, HIDDEN_AFTER_MS)}
        >
          {content}
        </found.TooltipWindow>
      )}
    </>
  );
}
