"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import type { LiveDelta } from "@/lib/domain/live/buckets";
import { type LiveChange, LiveStream } from "./live-stream";
import { type Dated, Revalidator } from "./revalidator";

/** Deltas older than this are in any data that a page may still get. */
const KEPT_MS = 90_000;
/** Charts are drawn anew at most this often. */
const DRAWN_EVERY_MS = 400;

/** What stands around the page, such as the number of open incidents, follows at most this often. */
const FRAME_EVERY_MS = 3_000;

type Tick = { at: number; deltas: Map<number, LiveDelta> };

export type Live<T> = {
  data: T;
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
 * anew from `url` when one of `keys` (all, if null) was used or a change `concerns` the page.
 */
export function useLive<T extends Dated>({
  initial,
  url,
  keys = null,
  concerns,
}: {
  initial: T;
  url: string;
  keys?: readonly string[] | null;
  concerns(change: LiveChange): boolean;
}): Live<T> {
  const [data, setData] = useState(initial);
  const [rendered, setRendered] = useState(initial);
  if (rendered !== initial) {
    setRendered(initial);
    setData(initial);
  }
  const [failure, setFailure] = useState<string | null>(null);
  const [stream, setStream] = useState<LiveStream | null>(null);
  const [, draw] = useState(0);
  const ticks = useRef<Tick[]>([]);
  const revalidator = useRef<Revalidator<T> | null>(null);
  const concernsRef = useRef(concerns);
  concernsRef.current = concerns;

  const initialRef = useRef(initial);
  initialRef.current = initial;
  const drawn = useRef({ url, initial });
  useEffect(() => {
    const made = new Revalidator<T>({ url, onData: setData, onFailure: setFailure });
    revalidator.current = made;
    // Another address of the same page: what the server rendered is of the old one.
    if (drawn.current.url !== url && drawn.current.initial === initialRef.current) made.now();
    drawn.current = { url, initial: initialRef.current };
    const look = () => {
      if (!document.hidden) made.now();
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      made.close();
    };
  }, [url]);

  const router = useRouter();
  const streamUrl = streamAddress(keys);
  useEffect(() => {
    let frame: ReturnType<typeof setTimeout> | undefined;
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
    const made = new LiveStream(streamUrl, {
      onUsage(usage) {
        const kept = ticks.current.filter(({ at }) => at > usage.at - KEPT_MS);
        ticks.current = [...kept, { at: usage.at, deltas: summed(usage.deltas) }];
        revalidator.current?.touch(usage.at);
        redraw();
      },
      onChange(change) {
        if (concernsRef.current(change)) revalidator.current?.now();
        if (change.entity === "incident") {
          frame ??= setTimeout(() => {
            frame = undefined;
            router.refresh();
          }, FRAME_EVERY_MS);
        }
      },
      onOpen: () => revalidator.current?.now(),
    });
    setStream(made);
    return () => {
      clearTimeout(timer);
      clearTimeout(frame);
      made.close();
    };
  }, [streamUrl, router]);

  const deltasSince = (at: number): LiveDelta[] =>
    ticks.current.flatMap((tick) => (tick.at > at ? [...tick.deltas.values()] : []));
  const refresh = useCallback(() => revalidator.current?.now(), []);
  return { data, deltasSince, stream, failure, refresh };
}

function streamAddress(keys: readonly string[] | null): string {
  if (keys === null) return "/api/v1/stream";
  return `/api/v1/stream?${new URLSearchParams(keys.map((key) => ["key", key]))}`;
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
