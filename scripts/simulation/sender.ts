import { setTimeout as sleep } from "node:timers/promises";
import { addSample, type Histogram } from "@/lib/domain/usage/histogram";

/** What the server said so far; `waiting` events have no answer yet. */
export type SendTotals = {
  sent: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  retries: number;
  waiting: number;
  /** Events given up when the sender was aborted. */
  lost: number;
  /** Time from a request to its answer. */
  ackLatency: Histogram;
  /** Why the server takes nothing at the moment; null while it does. */
  trouble: string | null;
  /** What it said about the first rejected event. */
  rejection: string | null;
};

export type Sender = {
  totals: SendTotals;
  /** Resolves when a connection is free; the events are then on their way. Rejects with SendError. */
  send(events: readonly object[]): Promise<void>;
  /** Resolves when every event has its answer or was given up. Rejects with SendError. */
  flush(): Promise<void>;
};

/** An answer that trying again does not change, such as an unknown token. */
export class SendError extends Error {
  override name = "SendError";
}

export type SenderOptions = {
  url: string;
  token: string;
  /** Requests in flight at most. */
  connections: number;
  /** Gives up what has no answer yet. */
  signal: AbortSignal;
  fetch?: typeof fetch;
  /** Waits between attempts; rejects when the signal aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

const ANSWER_TIMEOUT_MS = 30_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);

const HINTS: Readonly<Record<number, string>> = {
  401: "the server does not know this ingest token; take one from the Sources page",
  403: "this token may not send events",
  404: "there is no Keygauge at this address",
  413: "the server takes smaller requests than this",
};

type Answer = {
  accepted: number;
  duplicates: number;
  rejected: number;
  errors: { field?: string; message: string }[];
};

const aborted = () => new DOMException("stopped", "AbortError");

/** Waits between attempts: what the server asks for, else doubling with half of it random. */
function pause(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter);
  if (retryAfter !== null && asked >= 0) return Math.min(asked * 1000, 60_000);
  const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
  return backoff / 2 + (Math.random() * backoff) / 2;
}

/**
 * Posts batches over a few kept-alive connections, and repeats a batch with the same ids until it has an answer: the
 * server counts each event once, so nothing is lost or doubled.
 */
export function createSender(options: SenderOptions): Sender {
  const { url, token, connections, signal } = options;
  const request = options.fetch ?? fetch;
  const wait = options.wait ?? ((ms, abort) => sleep(ms, undefined, { signal: abort }));
  const endpoint = `${url}/api/v1/events`;
  const totals: SendTotals = {
    sent: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    retries: 0,
    waiting: 0,
    lost: 0,
    ackLatency: [],
    trouble: null,
    rejection: null,
  };
  const inFlight = new Set<Promise<void>>();
  let failure: SendError | null = null;

  async function post(body: string): Promise<Response> {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return request(endpoint, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
      signal: AbortSignal.any([signal, timeout]),
    });
  }

  /** The answer, or why and how long to wait before the next attempt. */
  async function attempt(
    body: string,
    number: number,
  ): Promise<Answer | { trouble: string; waitMs: number }> {
    const startedAt = performance.now();
    let response: Response;
    let text: string;
    try {
      response = await post(body);
      text = await response.text();
    } catch (error) {
      if (signal.aborted) throw aborted();
      return { trouble: reasonOf(error), waitMs: pause(number, null) };
    }
    if (AGAIN.has(response.status)) {
      return {
        trouble: `HTTP ${response.status}`,
        waitMs: pause(number, response.headers.get("retry-after")),
      };
    }
    const answer = response.ok || response.status === 422 ? readAnswer(text) : null;
    if (answer === null) {
      const hint = HINTS[response.status] ?? text.slice(0, 200);
      throw new SendError(`${endpoint} answered HTTP ${response.status}: ${hint}`);
    }
    addSample(totals.ackLatency, performance.now() - startedAt);
    return answer;
  }

  async function deliver(body: string, events: number): Promise<void> {
    for (let number = 0; ; number++) {
      const answer = await attempt(body, number);
      if ("trouble" in answer) {
        totals.trouble = answer.trouble;
        totals.retries += 1;
        await wait(answer.waitMs, signal);
        continue;
      }
      totals.trouble = null;
      totals.waiting -= events;
      totals.accepted += answer.accepted;
      totals.duplicates += answer.duplicates;
      totals.rejected += answer.rejected;
      const first = answer.errors[0];
      if (first) totals.rejection ??= [first.field, first.message].filter(Boolean).join(": ");
      return;
    }
  }

  function start(events: readonly object[]): void {
    totals.sent += events.length;
    totals.waiting += events.length;
    const delivery = deliver(JSON.stringify(events), events.length)
      .catch((error: unknown) => {
        totals.waiting -= events.length;
        totals.lost += events.length;
        if (error instanceof SendError) failure ??= error;
        else if (!signal.aborted) failure ??= new SendError(reasonOf(error), { cause: error });
      })
      .finally(() => inFlight.delete(delivery));
    inFlight.add(delivery);
  }

  return {
    totals,
    async send(events) {
      while (inFlight.size >= connections && !failure) await Promise.race(inFlight);
      if (failure) throw failure;
      if (signal.aborted) return;
      start(events);
    },
    async flush() {
      await Promise.all(inFlight);
      if (failure) throw failure;
    },
  };
}

function readAnswer(text: string): Answer | null {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("accepted" in body)) return null;
    const { accepted, duplicates, rejected, errors } = body as Partial<Answer>;
    return {
      accepted: Number(accepted ?? 0),
      duplicates: Number(duplicates ?? 0),
      rejected: Number(rejected ?? 0),
      errors: Array.isArray(errors) ? errors : [],
    };
  } catch {
    return null;
  }
}

/** The innermost reason of a failed fetch, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}
