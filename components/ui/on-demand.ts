import { useSyncExternalStore } from "react";

/** Code that comes when it is first asked for; `use` gives it to a component, null until it is there. */
export type OnDemand<T> = { ask(): Promise<T>; use(): T | null };

/** What `load` imports, once. An attempt that failed is made again when it is next asked for. */
export function onDemand<T>(load: () => Promise<T>): OnDemand<T> {
  let found: T | null = null;
  let asked: Promise<T> | undefined;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    ask() {
      asked ??= load().then(
        (module) => {
          found = module;
          for (const notify of listeners) notify();
          return module;
        },
        (error) => {
          asked = undefined;
          throw error;
        },
      );
      return asked;
    },
    use: () =>
      useSyncExternalStore(
        subscribe,
        () => found,
        () => null,
      ),
  };
}
