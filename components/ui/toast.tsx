"use client";

import { useEffect } from "react";
import { onDemand } from "./on-demand";

export type ToastKind = "success" | "error" | "info";
export type ToastOptions = {
  kind?: ToastKind;
  description?: string;
  action?: { label: string; onClick: () => void };
};

// Nobody is told anything before something is done.
const toasts = onDemand(() => import("./toasts"));

/** Says briefly what happened. An error stays until dismissed; `action` offers one thing to do, such as "Undo". */
export function toast(title: string, options: ToastOptions = {}): void {
  void toasts.ask().then((module) => module.show(title, options));
}

/** Where toasts appear; stands once, in the root layout. */
export function Toaster() {
  const found = toasts.use();
  // With the first press: what comes of it can be told when the server cannot be reached any more, too.
  useEffect(() => {
    const prepare = () => {
      for (const event of PRESSES) document.removeEventListener(event, prepare);
      whenIdle(() => void toasts.ask().catch(() => undefined));
    };
    for (const event of PRESSES) document.addEventListener(event, prepare, { passive: true });
    return () => {
      for (const event of PRESSES) document.removeEventListener(event, prepare);
    };
  }, []);
  return found === null ? null : <found.Toasts />;
}

const PRESSES = ["pointerdown", "keydown"] as const;

/** Safari knows no idle time. */
const whenIdle = (work: () => void) =>
  "requestIdleCallback" in window ? requestIdleCallback(work) : setTimeout(work, 200);
