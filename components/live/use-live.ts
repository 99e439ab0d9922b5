"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { startTransition, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { onNextAddress } from "@/components/ui/next-address";
import type { LiveDelta } from "@/lib/domain/live/buckets";
import { type LiveChange, LiveStream } from "./live-stream";
import { isReachable } from "./reachable";
import { ReadAhead } from "./read-ahead";
import { type Dated, fetchJson, Revalidator } from "./revalidator";

/** Deltas older than this are in any data that a page may still get. */
const KEPT_MS = 90_000;
/** Charts are drawn anew at most this often. */
const DRAWN_EVERY_MS = 400;

/** What stands around the page, such as the number of open incidents, follows at most this often. */
const FRAME_EVERY_MS = 3_000;

type Tick = { at: number; deltas: Map<number, LiveDelta> };

export type Live<T> = {
  data: T;
  /** What `data` was asked for with: the parameters of the address it came from. */
  params: URLSearchParams;
  /** Another address was asked for, and its data is not there yet. */
  busy: boolean;
  /** What was used since `at` (epoch ms, the server's clock), summed over keys, by 10 s bucket. */
  deltasSince(at: number): LiveDelta[];
  stream: LiveStream | null;
  /** Why the data is stale; null while it is fresh. */
  failure: string | null;
  /** Fetches the data anew at once, after a change of one's own. */
  refresh(): void;
};

/**
 * Keeps what the server rendered up to date through one stream: deltas are there at once, the data itself is fetched
 * anew when one of `keys` (all, if null) was used or a change `concerns` the page, from where `urlOf` says for what the
 * page's address has; the former data stays until the next is there. `initialUrl` is where what the server rendered
 * came from, `since` the cursor of that rendering.
 */
export function useLive<T extends Dated>({
  initial,
  since,
  urlOf,
  initialUrl,
  keys = null,
  held = false,
  concerns,
}: {
  initial: T;
  since: string;
  urlOf(address: URLSearchParams): string;
  initialUrl: string;
  keys?: readonly string[] | null;
  /** Nothing is fetched meanwhile: what the page shows is about to go. */
  held?: boolean;
  concerns(change: LiveChange): boolean;
}): Live<T> {
  const url = urlOf(useSearchParams());
  const [{ data, of }, setShown] = useState({ data: initial, of: initialUrl });
  const [rendered, setRendered] = useState(initial);
  if (rendered !== initial) {
    setRendered(initial);
    // Of another look than the page has taken since, it would only be a step back.
    if (initialUrl === url) setShown({ data: initial, of: initialUrl });
  }
  const [failure, setFailure] = useState<string | null>(null);
  const [stream, setStream] = useState<LiveStream | null>(null);
  const [, draw] = useState(0);
  const ticks = useRef<Tick[]>([]);
  const revalidator = useRef<Revalidator<T> | null>(null);
  const concernsRef = useRef(concerns);
  concernsRef.current = concerns;

  const ofRef = useRef(of);
  ofRef.current = of;
  const [ahead] = useState(() => new ReadAhead());
  const next = useRef({ urlOf, url });
  next.current = { urlOf, url };
  useEffect(() => {
    const leave = onNextAddress((address) => {
      const asked = next.current.urlOf(address);
      if (asked !== next.current.url && asked !== ofRef.current) ahead.ask(asked);
    });
    return () => {
      leave();
      ahead.close();
    };
  }, [ahead]);
  // Before the paint, not after it: what the new address asks for is on its way a frame earlier.
  useLayoutEffect(() => {
    if (held) return;
    const made = new Revalidator<T>({
      url,
      fetch: (asked, signal) => ahead.take(asked, signal) ?? fetchJson(asked, signal),
      onData(next) {
        const shown = { data: next, of: url };
        // All that is drawn of another address comes at once; charts of the same may follow the words.
        if (ofRef.current === url) setShown(shown);
        else startTransition(() => setShown(shown));
      },
      onFailure: setFailure,
    });
    revalidator.current = made;
    if (ofRef.current !== url) made.now();
    const look = () => {
      if (!document.hidden) made.now();
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      made.close();
      revalidator.current = null;
    };
  }, [url, held, ahead]);

  const router = useRouter();
  const watched = keys?.join(" ") ?? "";
  const sinceRef = useRef(since);
  useEffect(() => {
    let frame: ReturnType<typeof setTimeout> | undefined;
    let closed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = 0;
    const redraw = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          drawnAt = performance.now();
          draw((count) => count + 1);
        },
        Math.max(0, drawnAt + DRAWN_EVERY_MS - performance.now()),
      );
    };
    const anew = () => {
      // What was asked for ahead may have been read before.
      ahead.close();
      revalidator.current?.now();
    };
    const refreshFrame = () => {
      frame ??= setTimeout(async () => {
        frame = undefined;
        if ((await isReachable()) && !closed) router.refresh();
      }, FRAME_EVERY_MS);
    };
    const options = { keys: watched === "" ? [] : watched.split(" "), since: sinceRef.current };
    const made = new LiveStream(options, {
      onUsage(usage) {
        const kept = ticks.current.filter(({ at }) => at > usage.at - KEPT_MS);
        ticks.current = [...kept, { at: usage.at, deltas: summed(usage.deltas) }];
        revalidator.current?.touch(usage.at);
        redraw();
      },
      onChange(change) {
        if (concernsRef.current(change)) anew();
        if (change.entity === "incident") refreshFrame();
      },
      onMissed: refreshFrame,
      onOpen: anew,
    });
    setStream(made);
    return () => {
      closed = true;
      sinceRef.current = made.since;
      clearTimeout(timer);
      clearTimeout(frame);
      made.close();
    };
  }, [watched, router, ahead]);

  const deltasSince = (at: number): LiveDelta[] =>
    ticks.current.flatMap((tick) => (tick.at > at ? [...tick.deltas.values()] : []));
  const refresh = useCallback(() => revalidator.current?.now(), []);
  const params = useMemo(() => new URLSearchParams(of.split("?")[1]), [of]);
  return { data, params, busy: of !== url, deltasSince, stream, failure, refresh };
}

function summed(deltas: readonly LiveDelta[]): Map<number, LiveDelta> {
  const sums = new Map<number, LiveDelta>();
  for (const delta of deltas) {
    const sum = sums.get(delta.bucket);
    if (sum === undefined) {
      sums.set(delta.bucket, { ...delta, key: "" });
      continue;
    }
    sum.requests += delta.requests;
    sum.outcomes = sum.outcomes.map((count, code) => count + (delta.outcomes[code] ?? 0));
    sum.input_tokens += delta.input_tokens;
    sum.output_tokens += delta.output_tokens;
    sum.cost_micros += delta.cost_micros;
  }
  return sums;
}
