"use client";

import dynamic from "next/dynamic";

export type ToastKind = "success" | "error" | "info";
export type ToastOptions = {
  kind?: ToastKind;
  description?: string;
  action?: { label: string; onClick: () => void };
};

// Nobody is told anything before the page stands.
const load = () => import("./toasts");
const Toasts = dynamic(() => load().then((module) => module.Toasts), { ssr: false });

/** Says briefly what happened. An error stays until dismissed; `action` offers one thing to do, such as "Undo". */
export function toast(title: string, options: ToastOptions = {}): void {
  void load().then((module) => module.show(title, options));
}

/** Where toasts appear; stands once, in the root layout. */
export function Toaster() {
  return <Toasts />;
}
