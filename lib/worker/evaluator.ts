import { SECOND } from "@/lib/domain/usage/duration";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { Engine } from "./evaluation/engine";

export interface Evaluator {
  /** Finishes the evaluation under way and saves how far it got. */
  stop(): Promise<void>;
  /** False while evaluation has not worked for 30 s. */
  healthy(): boolean;
}

/** Runs start this far apart at least, so that what comes together is evaluated together. */
const GAP_MS = 50;
const REST_MS = SECOND;
const RETRY_MS = 500;
const UNHEALTHY_AFTER_MS = 30 * SECOND;

/** Evaluates rules after every commit and when time asks for it, for as long as the process lives. */
export function startEvaluator(runtime: Runtime, clock: () => number = Date.now): Evaluator {
  const loop = new Loop(runtime, clock);
  const unsubscribe = [
    runtime.committed.subscribe(({ deltas, keyIds }) => {
      loop.engine.pending.touch(keyIds);
      // Events ahead of our clock count when their bucket comes.
      const now = clock();
      for (const { keyId, bucket } of deltas) if (bucket > now) loop.engine.pending.touchAt(keyId, bucket);
      loop.wake();
    }),
    runtime.changed.subscribe((change) => {
      loop.engine.pending.changed(change);
      loop.wake();
    }),
  ];
  const ended = loop.run();
  return {
    async stop() {
      for (const end of unsubscribe) end();
      loop.stop();
      await ended;
    },
    healthy: () => loop.healthy(),
  };
}

class Loop {
  readonly engine: Engine;
  #stopped = false;
  #ring: (() => void) | undefined;
  #workingSince: number;

  constructor(
    runtime: Runtime,
    private readonly clock: () => number,
  ) {
    this.engine = new Engine(runtime);
    this.#workingSince = clock();
  }

  wake(): void {
    this.#ring?.();
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  healthy(): boolean {
    return this.clock() - this.#workingSince < UNHEALTHY_AFTER_MS;
  }

  async run(): Promise<void> {
    await this.#persistently("The rules could not be loaded", () => this.engine.load());
    const caughtUp = this.#persistently("Rules could not be caught up", async () => {
      await this.engine.catchUp(this.clock());
      this.wake();
    });
    while (!this.#stopped) {
      const now = this.clock();
      if (this.#isIdle(now)) {
        this.#workingSince = now;
        await this.#sleep(Math.max(1, Math.min(REST_MS, (this.engine.nextAt() ?? Infinity) - now)));
        if (this.#isIdle(this.clock())) await this.#persistently("Watermarks", () => this.#save(false));
        continue;
      }
      this.#workingSince = now;
      await this.#persistently("Rules could not be evaluated", () => this.engine.run(this.clock()));
      await this.#pause(GAP_MS - (this.clock() - now));
    }
    await caughtUp;
    await this.#save(true).catch((error) => log.warn({ err: error }, "Watermarks could not be saved"));
  }

  #save(force: boolean): Promise<void> {
    return this.engine.saveWatermarks(this.clock(), force);
  }

  #isIdle(now: number): boolean {
    const nextAt = this.engine.nextAt();
    return !this.#stopped && this.engine.pending.isEmpty && (nextAt === null || nextAt > now);
  }

  /** Tries until it works or the evaluator is stopped. */
  async #persistently(failure: string, work: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        await work();
        return;
      } catch (error) {
        log.error({ err: error }, failure);
        await this.#pause(RETRY_MS);
      }
    }
  }

  /** Until woken, or for so long. */
  async #sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#ring = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#ring = undefined;
  }

  /** For so long; only stopping ends it early. */
  async #pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!this.#stopped && performance.now() < until) await this.#sleep(until - performance.now());
  }
}
