"use client";

import { AlertDialog as BaseAlert } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import { X } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { Button, buttonClass } from "./button";

const BACKDROP =
  "fixed inset-0 z-40 bg-backdrop transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0";
// On a phone it comes from below, where the thumb is.
const BOX =
  "popup-motion fixed z-50 flex max-h-[calc(100dvh-2rem)] flex-col bg-raised text-fg text-sm shadow-pop outline-none max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-2xl max-sm:pb-[env(safe-area-inset-bottom)] sm:top-1/2 sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl";

/** A window over the page. `trigger` is one button element; or steer it with `open` and `onOpenChange`. */
export function Dialog({
  trigger,
  title,
  description,
  footer,
  open,
  onOpenChange,
  wide = false,
  children,
}: {
  trigger?: ReactElement;
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  wide?: boolean;
  children?: ReactNode;
}) {
  const opener = useOpener(open === true);
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          finalFocus={trigger === undefined ? opener : undefined}
          className={clsx(BOX, wide ? "sm:max-w-3xl" : "sm:max-w-md")}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4">
            <div className="min-w-0">
              <Base.Title className="font-semibold text-lg tracking-tight">{title}</Base.Title>
              {description && <Base.Description className="mt-1 text-fg-2">{description}</Base.Description>}
            </div>
            {/* Without a tooltip: the focus may start here, and Escape must close the window, not its words. */}
            <Base.Close
              aria-label="Close"
              className={clsx(
                buttonClass({ variant: "ghost", size: "sm" }),
                "-mr-1.5 w-7 px-0 pointer-coarse:w-9",
              )}
            >
              <X aria-hidden />
            </Base.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto px-5 py-4">{children}</div>
          {footer && <footer className="flex justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/**
 * Gives the focus back to what had it when a window was opened that has no trigger of its own. A field with autoFocus takes it
 * before the window could see where it was.
 */
function useOpener(open: boolean): () => HTMLElement | true {
  const [wasOpen, setWasOpen] = useState(false);
  const [before, setBefore] = useState<HTMLElement | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open && document.activeElement instanceof HTMLElement) setBefore(document.activeElement);
  }
  return () => (before?.isConnected && before !== document.body ? before : true);
}

/**
 * Asks before something that cannot be taken back. `trigger` is one button element; or steer it with `open` and
 * `onOpenChange`. `onConfirm` may be async: the dialog stays, busy, until it is done and closes unless it throws or returns
 * what went wrong.
 */
export function ConfirmDialog({
  trigger,
  open: steered,
  onOpenChange,
  title,
  description,
  confirm,
  danger = true,
  onConfirm,
}: {
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  description: ReactNode;
  confirm: string;
  danger?: boolean;
  onConfirm: () => unknown;
}) {
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  async function run() {
    setBusy(true);
    setFailure(null);
    try {
      const problem = await onConfirm();
      if (typeof problem === "string") setFailure(problem);
      else change(false);
    } catch (error) {
      setFailure("That did not work. Try again.");
      console.error(error);
    }
    setBusy(false);
  }
  function change(next: boolean) {
    setOpened(next);
    onOpenChange?.(next);
    setFailure(null);
  }
  return (
    <BaseAlert.Root open={steered ?? opened} onOpenChange={change}>
      {trigger && <BaseAlert.Trigger render={trigger} />}
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={BACKDROP} />
        <BaseAlert.Popup className={clsx(BOX, "gap-1.5 p-5 sm:max-w-sm")}>
          <BaseAlert.Title className="font-semibold text-lg tracking-tight">{title}</BaseAlert.Title>
          <BaseAlert.Description className="text-fg-2" render={<div />}>
            {description}
          </BaseAlert.Description>
          {failure && (
            <p role="alert" className="foreign-text text-exhausted-text">
              {failure}
            </p>
          )}
          <div className="mt-3 flex justify-end gap-2">
            <BaseAlert.Close render={<Button>Cancel</Button>} />
            <Button variant={danger ? "danger" : "primary"} loading={busy} onClick={run}>
              {confirm}
            </Button>
          </div>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  );
}
