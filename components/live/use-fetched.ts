"use client";

import { useEffect, useState } from "react";

/** `of` is the address that `data` came from. */
export type Fetched<T> = { of: string | null } & Found<T>;
type Found<T> =
  | { state: "loading"; data: T | null }
  | { state: "ready"; data: T }
  | { state: "failed"; data: T | null; message: string; retry: () => void };

/**
 * What `url` answers, fetched anew when it changes and every `everyMs`; the former answer stays until the next is there.
 * null fetches nothing. `token` goes along as a bearer's, where no session does.
 */
export function useFetched<T>(url: string | null, everyMs?: number, token?: string): Fetched<T> {
  const [found, setFound] = useState<Fetched<T>>({ of: null, state: "loading", data: null });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another fetch
  useEffect(() => {
    if (url === null) return;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      try {
        const answer = await fetch(url, {
          signal: controller.signal,
          ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
        });
        // The link has ended, and its page with it, which says so when it is read anew.
        if (answer.status === 410) return window.location.reload();
        const body = (await answer.json()) as T & { detail?: string };
        if (!answer.ok) throw new Error(body.detail ?? `The server answered ${answer.status}.`);
        setFound({ of: url, state: "ready", data: body });
      } catch (error) {
        if (controller.signal.aborted) return;
        const message =
          error instanceof SyntaxError || error instanceof TypeError
            ? "Keygauge does not answer."
            : (error as Error).message;
        setFound(({ of, data }) => ({
          of,
          state: "failed",
          data,
          message,
          retry: () => setAttempt((count) => count + 1),
        }));
      }
      if (everyMs !== undefined && !controller.signal.aborted)
        timer = setTimeout(() => (document.hidden ? wait() : void load()), everyMs);
    };
    // A page in the background asks for nothing.
    const wait = () => {
      timer = setTimeout(() => (document.hidden ? wait() : void load()), everyMs);
    };
    setFound(({ of, data }) => ({ of, state: "loading", data }));
    void load();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [url, everyMs, token, attempt]);
  return found;
}
