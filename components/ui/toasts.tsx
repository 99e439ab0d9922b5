"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleCheck, CircleX, Info, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import type { ToastKind, ToastOptions } from "./toast";

const manager = Base.createToastManager();
let standing: () => void = () => {};
const stands = new Promise<void>((resolve) => {
  standing = resolve;
});

export async function show(
  title: string,
  { kind = "success", description, action }: ToastOptions,
): Promise<void> {
  await stands;
  manager.add({
    title,
    description,
    type: kind,
    // It stays: the same one again takes its place.
    ...(kind === "error" && { id: title }),
    timeout: kind === "error" ? 0 : 5_000,
    priority: kind === "error" ? "high" : "low",
    ...(action && { actionProps: { children: action.label, onClick: action.onClick } }),
  });
}

export function Toasts() {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-60 flex w-[calc(100vw-2rem)] flex-col-reverse gap-2 max-md:bottom-[calc(4.5rem+env(safe-area-inset-bottom))] sm:w-88">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

const ICONS: Record<ToastKind, ReactNode> = {
  success: <CircleCheck aria-hidden className="text-ok-text" />,
  error: <CircleX aria-hidden className="text-exhausted-text" />,
  info: <Info aria-hidden className="text-accent-text" />,
};

function List() {
  const { toasts } = Base.useToastManager();
  useEffect(() => standing(), []);
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      data-toast
      toast={item}
      swipeDirection={["right", "down"]}
      className="rounded-xl bg-raised text-fg text-sm shadow-pop transition-[opacity,transform] duration-150 data-[ending-style]:translate-y-2 data-[starting-style]:translate-y-2 data-[ending-style]:opacity-0 data-[limited]:opacity-0 data-[starting-style]:opacity-0"
    >
      <Base.Content className="flex items-start gap-2.5 p-3 [&>svg]:mt-0.5 [&>svg]:size-[15px] [&>svg]:shrink-0">
        {ICONS[(item.type as ToastKind | undefined) ?? "info"]}
        <div className="min-w-0 grow">
          <Base.Title className="font-medium" />
          <Base.Description className="foreign-text mt-0.5 text-fg-2 text-xs" />
        </div>
        <Base.Action className="shrink-0 rounded-sm font-medium text-accent-text hover:underline" />
        <Base.Close
          aria-label="Dismiss"
          className="-m-1 grid size-6 shrink-0 place-items-center rounded-sm text-fg-3 hover:text-fg"
        >
          <X aria-hidden className="size-3.5" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
