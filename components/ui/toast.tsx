"use client";

import { useEffect } from "react";
import { onDemand } from "./on-demand";

export type ToastKind = "success" | "error" | "info";
export type ToastOptions = {
  kind?: ToastKind;
  description?: string;
  action?: { label: string; onClick: () => void };
};

// Nobody is told anything before something is done: it comes after the page itself.
const toasts = onDemand(() => import("./toasts"));

/** Says briefly what happened. An error stays until dismissed; `action` offers one thing to do, such as "Undo". */
export function toast(title: string, options: ToastOptions = {}): void {
  void toasts.ask().then((module) => module.show(title, options));
}

/** Where toasts appear; stands once, in the root layout. */
export function Toaster() {
  const found = toasts.use();
  // While the server can be reached: that it no longer can is one of the things to tell.
  useEffect(() => whenIdle(() => void toasts.ask().catch(() => undefined)), []);
  return found === null ? null : <found.Toasts />;
}

/** Safari knows no idle time. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 200);
}
