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
  // Without a connection from the first press on, there is nothing to tell it with.
  void toasts.ask().then(
    (module) => module.show(title, options),
    () => undefined,
  );
}

/** Where toasts appear; stands once, in the root layout. */
export function Toaster() {
  const found = toasts.use();
  // With the first sign of somebody there, while the server can be reached: that it no longer can is one of the things to tell.
  useEffect(() => {
    const prepare = () => {
      for (const event of SIGNS) document.removeEventListener(event, prepare);
      whenIdle(() => void toasts.ask().catch(() => undefined));
    };
    for (const event of SIGNS) document.addEventListener(event, prepare, { passive: true });
    return () => {
      for (const event of SIGNS) document.removeEventListener(event, prepare);
    };
  }, []);
  return found === null ? null : <found.Toasts />;
}

const SIGNS = ["pointermove", "pointerdown", "keydown"] as const;

/** Safari knows no idle time. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 200);
}
