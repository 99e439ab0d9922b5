import type { Observation } from "@/lib/domain/alerting/state";
import { MINUTE } from "@/lib/domain/usage/duration";
import { emptyMatters } from "@/lib/features/rules/backtest";
import { instanceOfKey } from "@/lib/features/rules/fleet";
import type { Runtime } from "@/lib/runtime";
import { hasHistory, replayMissed } from "./catch-up";
import { CellCache } from "./cell-cache";
import { type Due, Memory } from "./memory";
import { observe, type Wanted } from "./observe";
import { Pending, type Work } from "./pending";
import type { Change } from "./persist";
import { vanishedBecause } from "./routing";
import type { LoadedRule } from "./rules";
import { evaluate, instanceOf } from "./stepping";
import { Storing } from "./storing";
import { Watermarks } from "./watermarks";

/** How often rules that nothing touches get a new watermark, so that a restart has little to replay. */
const REST_MS = MINUTE;

/**
 * Evaluates what was touched and what fell due. Holds rules, keys and unsettled instances in memory; every change is
 * decided by the database, so any number of engines may run beside each other. `run` must not be called while it runs.
 */
export class Engine {
  readonly pending = new Pending();
  readonly #memory: Memory;
  readonly #watermarks: Watermarks;
  readonly #storing: Storing;
  /** Rules that are still being replayed. */
  readonly #behind = new Set<LoadedRule>();
  readonly #cache = new CellCache();
  #restedAt = 0;

  constructor(private readonly runtime: Runtime) {
    this.#memory = new Memory(runtime);
    this.#watermarks = new Watermarks(runtime.db.pool);
    this.#storing = new Storing(runtime, this.#memory, this.pending, this.#watermarks);
  }

  /** Saves how far rules were evaluated, where that is due; with `force` all of it. To be called when nothing is pending. */
  saveWatermarks(now: number, force = false): Promise<void> {
    if (force || now - this.#restedAt >= REST_MS) {
      this.#restedAt = now;
      for (const loaded of this.#memory.rules.values()) {
        if (loaded.off === null && !this.#behind.has(loaded)) this.#watermarks.evaluated(loaded, now);
      }
    }
    return this.#watermarks.save(now, force);
  }

  /** When time alone asks for the next run, epoch ms; null for never. */
  nextAt(): number | null {
    const instants = [this.#memory.agenda.next(), this.pending.nextAt()].filter((at) => at !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  /** Loads everything. Rules that missed something since their watermark rest until `catchUp` has replayed it. */
  async load(): Promise<void> {
    await this.#memory.load();
    for (const [id, loaded] of this.#memory.rules) {
      if (loaded.off === null && hasHistory(loaded)) this.#behind.add(loaded);
      this.pending.rules.add(id);
    }
  }

  /**
   * Replays what each rule missed. Live runs go on beside it; a rule joins them once it has caught up. Can be called
   * again after an error.
   */
  async catchUp(now: number): Promise<void> {
    const { db, settings } = this.runtime;
    const { fleet } = this.#memory;
    const context = { client: db.pool, fleet, now, retentionDays: settings.retentionEventsDays };
    for await (const { loaded, changes } of replayMissed(this.#behind, context)) {
      await this.#storing.store(changes, now, changes.length);
      this.#watermarks.evaluated(loaded, now);
      this.#behind.delete(loaded);
      this.pending.rules.add(loaded.id);
    }
  }

  /** One evaluation of all that is pending or due at `now`. After an error everything is pending again. */
  async run(now: number): Promise<void> {
    const work = this.pending.take(now);
    const due = this.#memory.agenda.take(now);
    try {
      await this.#memory.refresh(work);
      this.#cache.forget(work.touched);
      const wanted = this.#wanted(work, due, now);
      const vanished = this.#vanished(work.keysChanged ? [...this.#memory.rules.keys()] : work.rules, now);
      await this.#storing.store(vanished, now);
      await this.#evaluate(wanted, now);
      await this.saveWatermarks(now);
    } catch (error) {
      this.pending.giveBack(work);
      for (const one of due) this.#memory.agenda.set(one, now);
      throw error;
    }
  }

  async #evaluate(wanted: Map<LoadedRule, Set<string> | "all">, now: number): Promise<void> {
    if (wanted.size === 0) return;
    const list = [...wanted].map(([loaded, instances]) => ({ loaded, instances }));
    const observed = await observe(
      list.map(({ loaded, instances }): Wanted => {
        const known = instances === "all" ? [...loaded.instances.keys()] : [];
        return { rule: loaded.rule, instances, known };
      }),
      {
        client: this.runtime.db.pool,
        fleet: this.#memory.fleet,
        now,
        retentionDays: this.runtime.settings.retentionEventsDays,
        cache: this.#cache,
      },
    );
    const changes: Change[] = [];
    list.forEach(({ loaded }, i) => {
      for (const [scopeKey, observation] of observed[i] ?? []) {
        const change = this.#one(loaded, scopeKey, observation, now);
        if (change !== null) changes.push(change);
      }
      this.#watermarks.evaluated(loaded, now);
    });
    await this.#storing.store(changes, now);
  }

  #one(loaded: LoadedRule, scopeKey: string, observation: Observation, now: number): Change | null {
    const known = loaded.instances.has(scopeKey);
    const { instance, change, nextAt } = evaluate(loaded, instanceOf(loaded, scopeKey), observation, now);
    if (change === null && (known || nextAt !== null)) this.#memory.settle(loaded, instance, nextAt);
    return change;
  }

  /** The instances to look at: those of touched keys, those due, and all of rules that are new. */
  #wanted(work: Work, due: readonly Due[], now: number): Map<LoadedRule, Set<string> | "all"> {
    const wanted = new Map<LoadedRule, Set<string> | "all">();
    const isLive = (loaded: LoadedRule | undefined): loaded is LoadedRule =>
      loaded !== undefined && loaded.off === null && !this.#behind.has(loaded);
    const want = (loaded: LoadedRule, scopeKey: string) => {
      const found = wanted.get(loaded);
      if (found === "all") return;
      if (found === undefined) wanted.set(loaded, new Set([scopeKey]));
      else found.add(scopeKey);
    };
    const everything = work.touched === "all" ? this.#memory.rules.keys() : work.rules;
    for (const id of everything) {
      const loaded = this.#memory.rules.get(id);
      if (isLive(loaded)) wanted.set(loaded, this.#all(loaded, now));
    }
    for (const keyId of work.touched === "all" ? [] : work.touched) {
      const key = this.#memory.fleet.keys.get(keyId);
      if (key === undefined || key.retired) continue;
      for (const loaded of this.#memory.routing.rulesOf(key)) {
        if (!isLive(loaded)) continue;
        if (loaded.rule.scope.each === "consumer") wanted.set(loaded, "all");
        const scopeKey = instanceOfKey(loaded.rule, key);
        if (scopeKey !== null) want(loaded, scopeKey);
      }
    }
    for (const { loaded, scopeKey } of due) {
      if (this.#memory.rules.get(loaded.id) === loaded && isLive(loaded)) want(loaded, scopeKey);
    }
    return wanted;
  }

  #all(loaded: LoadedRule, now: number): Set<string> | "all" {
    const { scope } = loaded.rule;
    // Instances without events are only worth a look where nothing can be something.
    if (scope.each === "consumer" || !emptyMatters(loaded.rule, now)) return "all";
    const instances = new Set(loaded.instances.keys());
    for (const scopeKey of this.#memory.fleet.members(scope).keys()) instances.add(scopeKey);
    return instances;
  }

  /** Instances whose key, pool … is gone or whose rule is off. */
  #vanished(ruleIds: Iterable<string>, now: number): Change[] {
    const changes: Change[] = [];
    for (const id of ruleIds) {
      const loaded = this.#memory.rules.get(id);
      if (loaded === undefined) continue;
      for (const [scopeKey, instance] of loaded.instances) {
        const vanished = vanishedBecause(loaded, scopeKey, this.#memory.fleet);
        if (vanished === null) continue;
        const { change } = evaluate(loaded, instance, { value: null, requests: 0, vanished }, now);
        if (change !== null) changes.push(change);
        else this.#memory.settle(loaded, instance, null);
      }
    }
    return changes;
  }
}
