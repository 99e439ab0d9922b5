import type { ChannelSettings, ChannelTimeouts } from "@/lib/channels/channel";
import { isTransientDbError } from "@/lib/db/db";
import { unsubscribeLink } from "@/lib/features/channels/unsubscribe";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { admitWaiting } from "./delivery/admission";
import { type AttemptContext, attempt } from "./delivery/attempt";
import { type Claimed, claim } from "./delivery/claim";
import { toldEarlier } from "./delivery/earlier";
import { tellFailing } from "./delivery/failing";
import { writeOutcome } from "./delivery/outcome";
import { settle } from "./delivery/settle";

/** Finds what a lost notice would have announced, retries that have become due, and leases that ran out. */
const POLL_MS = 1_000;
/** Sends at once, of all channels and of one: a slow provider leaves room for the others. */
const AT_ONCE = 32;
const PER_CHANNEL = 4;
const HEALTHY_WITHIN_MS = 10_000;
const WRITE_AGAIN_MS = 250;
/** What a stop waits for sends under way; the rest is found by the next worker as ambiguous. */
const GRACE_MS = 5_000;

export interface DispatcherOptions {
  timeouts?: ChannelTimeouts;
  atOnce?: number;
  perChannel?: number;
  /** In [0, 1); of the waits between attempts. */
  random?: () => number;
}

export interface Dispatcher {
  /** A delivery was queued: look now. */
  wake(): void;
  /** The queue was read lately. */
  healthy(): boolean;
  /** Takes nothing more, and lets what is under way end. */
  stop(): Promise<void>;
}

/** Sends queued deliveries until it is stopped. Any number of servers may run one. */
export function startDispatcher(runtime: Runtime, options: DispatcherOptions = {}): Dispatcher {
  const { pool } = runtime.db;
  const { atOnce = AT_ONCE, perChannel = PER_CHANNEL, random = Math.random } = options;
  const { appUrl, allowHosts } = runtime.env;
  // Read anew each time: they can be changed in the console.
  const settings = (): ChannelSettings => ({
    appUrl,
    ...runtime.settings,
    allowHosts,
    timeouts: options.timeouts,
    callbackUrl: callbackUrl(runtime),
  });
  const underWay = new Map<string, { id: string; channelId: string; done: Promise<void> }>();
  const aborted = new AbortController();
  const context = (): AttemptContext => ({
    settings: settings(),
    keyring: runtime.keyring,
    unsubscribe: unsubscribeLink,
    earlier: (claimed) => toldEarlier(pool, claimed),
    signal: aborted.signal,
  });
  let stopping = false;
  let pass: Promise<void> | undefined;
  let again = false;
  let failing = false;
  let readAt = Number.NEGATIVE_INFINITY;

  function wake(): void {
    if (stopping) return;
    again = true;
    pass ??= run().finally(() => {
      pass = undefined;
      // Woken between the last look and here.
      if (again) wake();
    });
  }

  async function run(): Promise<void> {
    try {
      while (again && !stopping) {
        again = false;
        await settle(pool);
        if (await admitWaiting(pool, appUrl)) again = true;
        const slots = atOnce - underWay.size;
        if (slots > 0) {
          const claimed = await claim(pool, { slots, perChannel, underWay: [...underWay.values()] });
          for (const one of claimed) start(one);
        }
        await tellFailing(pool, settings());
        readAt = performance.now();
        if (failing) log.info("Deliveries are sent again");
        failing = false;
      }
    } catch (error) {
      again = false;
      if (!failing) log.warn({ err: error }, "The queue of deliveries cannot be read; trying again");
      failing = true;
    }
  }

  function start(claimed: Claimed): void {
    const done = deliver(claimed).finally(() => {
      underWay.delete(claimed.id);
      wake();
    });
    underWay.set(claimed.id, { id: claimed.id, channelId: claimed.channel.id, done });
  }

  async function deliver(claimed: Claimed): Promise<void> {
    const answer = await attempt(claimed, context());
    const about = { delivery: claimed.id, channel: claimed.channel.id, attempt: claimed.attempt };
    // The provider has it, or has not: what is known is written whenever the database is back.
    for (;;) {
      try {
        const next = await writeOutcome(pool, claimed, answer, random());
        if (next === null) log.warn(about, "A delivery was taken over before its outcome was written");
        else log.info({ ...about, outcome: answer.outcome, state: next.state }, "Delivery attempted");
        return;
      } catch (error) {
        if (aborted.signal.aborted || !isTransientDbError(error)) {
          log.error({ ...about, err: error, outcome: answer.outcome }, "An outcome could not be written");
          return;
        }
        await pause(WRITE_AGAIN_MS, aborted.signal);
      }
    }
  }

  const poll = setInterval(wake, POLL_MS);
  wake();
  return {
    wake,
    healthy: () => performance.now() - readAt < HEALTHY_WITHIN_MS,
    async stop() {
      stopping = true;
      clearInterval(poll);
      await pass;
      const all = Promise.all([...underWay.values()].map(({ done }) => done));
      const inTime = new AbortController();
      await Promise.race([all, pause(GRACE_MS, inTime.signal)]);
      inTime.abort();
      aborted.abort();
      // An aborted send ends at once where its channel can tell; its outcome is still worth a moment.
      const last = new AbortController();
      await Promise.race([all, pause(1_000, last.signal)]);
      last.abort();
    },
  };
}

/** Providers refuse to be told of an address that they cannot reach, and the message with it. */
function callbackUrl({ env: { appUrl, appUrlGiven }, settings: { twilio } }: Runtime): string | undefined {
  const { hostname } = new URL(appUrl);
  const local = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return appUrlGiven && (!local || twilio?.baseUrl !== undefined) ? appUrl : undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
