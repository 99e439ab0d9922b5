import type { Observation } from "@/lib/domain/alerting/state";
import { emptyMatters } from "@/lib/features/rules/backtest";
import { Fleet, instanceOfKey } from "@/lib/features/rules/fleet";
import { walk } from "@/lib/features/rules/history";
import { readingOf } from "@/lib/features/rules/reading";
import type { Runtime } from "@/lib/runtime";
import { Agenda } from "./agenda";
import { observe, type Wanted } from "./observe";
import { Pending, type Work } from "./pending";
import { type Change, persist } from "./persist";
import { Routing, vanishedBecause } from "./routing";
import { type Instance, type LoadedRule, loadInstance, loadRules } from "./rules";
import { evaluate, instanceOf, isSame } from "./stepping";
import { Watermarks } from "./watermarks";

/** Changes of one transaction, so that none holds its locks for long. */
const BATCH = 200;
/** Losing this often against other servers means that something else is wrong. */
const MOST_ROUNDS = 10;

interface Due {
  loaded: LoadedRule;
  scopeKey: string;
}

/**
 * Evaluates what was touched and what fell due. Holds rules, keys and unsettled instances in memory; every change is
 * decided by the database, so any number of engines may run beside each other. `run` must not be called while it runs.
 */
export class Engine {
  readonly pending = new Pending();
  #rules = new Map<string, LoadedRule>();
  #fleet: Fleet;
  readonly #routing = new Routing();
  readonly #agenda = new Agenda<Due>();
  /** The agenda's items, found again by rule and instance. */
  readonly #dues = new Map<LoadedRule, Map<string, Due>>();
  readonly #watermarks: Watermarks;
  /** Rules that are still being replayed. */
  readonly #behind = new Set<LoadedRule>();

  constructor(private readonly runtime: Runtime) {
    this.#fleet = new Fleet(runtime.db.pool);
    this.#watermarks = new Watermarks(runtime.db.pool);
  }

  /** Saves how far rules were evaluated, where that is due; with `force` all of it. */
  saveWatermarks(now: number, force = false): Promise<void> {
    return this.#watermarks.save(now, force);
  }

  /** When time alone asks for the next run, epoch ms; null for never. */
  nextAt(): number | null {
    const instants = [this.#agenda.next(), this.pending.nextAt()].filter((at) => at !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  /** Loads everything. Rules that missed something since their watermark rest until `catchUp` has replayed it. */
  async load(): Promise<void> {
    this.#fleet = await Fleet.load(this.runtime.db.pool);
    this.#rules = new Map((await loadRules(this.runtime.db.pool)).map((loaded) => [loaded.id, loaded]));
    this.#routing.reset(this.#rules.values());
    for (const [id, loaded] of this.#rules) {
      if (loaded.off === null && readingOf(loaded.rule) !== "limits") this.#behind.add(loaded);
      this.pending.rules.add(id);
    }
  }

  /**
   * Replays what each rule missed since its watermark, through the same step function, at the ends of the 10 s buckets
   * up to `now`. Live runs go on beside it; a rule joins them once it has caught up. Can be called again after an error.
   */
  async catchUp(now: number): Promise<void> {
    const { db, env } = this.runtime;
    for (const loaded of [...this.#behind]) {
      const { rule, instances } = loaded;
      const states = new Map([...instances].map(([scopeKey, { state }]) => [scopeKey, state]));
      const tracks = await walk(
        rule,
        { from: loaded.evaluatedTo, to: now },
        states,
        emptyMatters(rule, now),
        {
          client: db.pool,
          fleet: this.#fleet,
          now,
          retentionDays: env.retentionEventsDays,
        },
      );
      const changes: Change[] = [];
      for (const [scopeKey, { state, effects, observation }] of tracks) {
        const instance = instanceOf(loaded, scopeKey);
        if (effects.length === 0 && isSame(instance.state, state)) continue;
        changes.push({ loaded, instance, observation, stepped: { state, effects }, nextAt: null });
      }
      await this.#store(changes, now);
      this.#watermarks.evaluated(loaded, now);
      this.#behind.delete(loaded);
      this.pending.rules.add(loaded.id);
    }
  }

  /** One evaluation of all that is pending or due at `now`. After an error everything is pending again. */
  async run(now: number): Promise<void> {
    const work = this.pending.take(now);
    const due = this.#agenda.take(now);
    try {
      await this.#refresh(work);
      const wanted = this.#wanted(work, due, now);
      const vanished = this.#vanished(work.keysChanged ? [...this.#rules.keys()] : work.rules, now);
      await this.#store(vanished, now);
      await this.#evaluate(wanted, now);
      await this.#watermarks.save(now);
    } catch (error) {
      this.pending.giveBack(work);
      for (const one of due) this.#agenda.set(one, now);
      throw error;
    }
  }

  /** Takes what an evaluation or a replay came to into memory and onto the agenda. */
  settle(loaded: LoadedRule, instance: Instance, nextAt: number | null): void {
    // A rule that was loaded anew has left this one behind.
    if (this.#rules.get(loaded.id) !== loaded) return;
    if (instance.version > 0 || nextAt !== null) loaded.instances.set(instance.scopeKey, instance);
    else loaded.instances.delete(instance.scopeKey);
    let dues = this.#dues.get(loaded);
    if (dues === undefined) {
      if (nextAt === null) return;
      dues = new Map();
      this.#dues.set(loaded, dues);
    }
    let due = dues.get(instance.scopeKey);
    if (due === undefined) {
      if (nextAt === null) return;
      due = { loaded, scopeKey: instance.scopeKey };
      dues.set(instance.scopeKey, due);
    }
    this.#agenda.set(due, nextAt);
    if (nextAt === null) dues.delete(instance.scopeKey);
  }

  /** Stores changes in batches; whoever lost against another server is evaluated again on what that one stored. */
  async #store(changes: readonly Change[], now: number): Promise<void> {
    let left = [...changes];
    for (let round = 0; left.length > 0; round++) {
      if (round === MOST_ROUNDS) throw new Error(`${left.length} instances could not be stored`);
      const lost: Change[] = [];
      for (let start = 0; start < left.length; start += BATCH) {
        const batch = left.slice(start, start + BATCH);
        const stored = new Map(
          (await persist(this.runtime.db.pool, this.#fleet, batch, now)).map((one) => [one.change, one]),
        );
        for (const change of batch) {
          const done = stored.get(change);
          if (done === undefined) lost.push(change);
          else {
            const { version, incidentId } = done;
            const { loaded, instance, stepped, nextAt } = change;
            this.#watermarks.saved(loaded, now);
            this.settle(loaded, { ...instance, state: stepped.state, version, incidentId }, nextAt);
          }
        }
      }
      left = (await Promise.all(lost.map((change) => this.#again(change, now)))).flat();
    }
  }

  /** A lost change, made again on the row as it is now; none when the rule itself was changed. */
  async #again({ loaded, instance, observation }: Change, now: number): Promise<Change[]> {
    const fresh = await loadInstance(this.runtime.db.pool, loaded.id, instance.scopeKey);
    const current = fresh ?? { ...instanceOf(loaded, instance.scopeKey), version: 0, incidentId: null };
    if (fresh?.version === instance.version || (fresh === null && instance.version === 0)) {
      // The instance is as it was, so the rule is not: it will be loaded and evaluated anew.
      this.pending.reload([loaded.id]);
      return [];
    }
    const { change, nextAt } = evaluate(loaded, current, observation, now);
    if (change !== null) return [change];
    this.settle(loaded, current, nextAt);
    return [];
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
        fleet: this.#fleet,
        now,
        retentionDays: this.runtime.env.retentionEventsDays,
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
    await this.#store(changes, now);
  }

  #one(loaded: LoadedRule, scopeKey: string, observation: Observation, now: number): Change | null {
    const known = loaded.instances.has(scopeKey);
    const { instance, change, nextAt } = evaluate(loaded, instanceOf(loaded, scopeKey), observation, now);
    if (change === null && (known || nextAt !== null)) this.settle(loaded, instance, nextAt);
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
    const everything = work.touched === "all" ? this.#rules.keys() : work.rules;
    for (const id of everything) {
      const loaded = this.#rules.get(id);
      if (isLive(loaded)) wanted.set(loaded, this.#all(loaded, now));
    }
    for (const keyId of work.touched === "all" ? [] : work.touched) {
      const key = this.#fleet.keys.get(keyId);
      if (key === undefined || key.retired) continue;
      for (const loaded of this.#routing.rulesOf(key)) {
        if (!isLive(loaded)) continue;
        if (loaded.rule.scope.each === "consumer") wanted.set(loaded, "all");
        const scopeKey = instanceOfKey(loaded.rule, key);
        if (scopeKey !== null) want(loaded, scopeKey);
      }
    }
    for (const { loaded, scopeKey } of due) {
      if (this.#rules.get(loaded.id) === loaded && isLive(loaded)) want(loaded, scopeKey);
    }
    return wanted;
  }

  #all(loaded: LoadedRule, now: number): Set<string> | "all" {
    const { scope } = loaded.rule;
    // Instances without events are only worth a look where nothing can be something.
    if (scope.each === "consumer" || !emptyMatters(loaded.rule, now)) return "all";
    const instances = new Set(loaded.instances.keys());
    for (const scopeKey of this.#fleet.members(scope).keys()) instances.add(scopeKey);
    return instances;
  }

  /** Instances whose key, pool … is gone or whose rule is off. */
  #vanished(ruleIds: Iterable<string>, now: number): Change[] {
    const changes: Change[] = [];
    for (const id of ruleIds) {
      const loaded = this.#rules.get(id);
      if (loaded === undefined) continue;
      for (const [scopeKey, instance] of loaded.instances) {
        const vanished = vanishedBecause(loaded, scopeKey, this.#fleet);
        if (vanished === null) continue;
        const { change } = evaluate(loaded, instance, { value: null, requests: 0, vanished }, now);
        if (change !== null) changes.push(change);
        else this.settle(loaded, instance, null);
      }
    }
    return changes;
  }

  /** Brings the memory up to what was announced as changed. */
  async #refresh(work: Work): Promise<void> {
    const { pool } = this.runtime.db;
    // Whoever does not know what was touched does not know which keys are new either.
    if (work.keys === "all" || work.touched === "all") work.keysChanged = await this.#fleet.loadKeys();
    else {
      const ids = [...work.keys, ...[...work.touched].filter((id) => this.#misses(id))];
      if (ids.length > 0) work.keysChanged = await this.#fleet.loadKeys(ids);
    }
    if (work.keysChanged && (work.keys === "all" || work.keys.size > 0)) {
      // A key that moved or went takes its use from one pool, provider … and may bring it to another.
      for (const { id, rule } of this.#rules.values()) if (rule.scope.each !== "key") work.rules.add(id);
    }
    if (work.touched !== "all" && work.keys !== "all") for (const id of work.keys) work.touched.add(id);
    else if (work.keysChanged) work.touched = "all";
    if (work.limits) {
      for (const { id, rule } of this.#rules.values()) if (readingOf(rule) === "limits") work.rules.add(id);
    }
    if (work.sources) await this.#fleet.loadSources();
    if (this.#needsConsumers()) await this.#fleet.loadConsumers();
    const reload = work.reload === "all" ? undefined : [...work.reload];
    if (reload === undefined || reload.length > 0) {
      const fresh = await loadRules(pool, reload);
      if (reload === undefined) this.#rules.clear();
      else for (const id of reload) this.#rules.delete(id);
      for (const loaded of fresh) {
        this.#rules.set(loaded.id, loaded);
        work.rules.add(loaded.id);
      }
      for (const loaded of [...this.#dues.keys()]) {
        if (this.#rules.get(loaded.id) !== loaded) this.#dues.delete(loaded);
      }
    }
    if (reload === undefined || reload.length > 0 || work.keysChanged)
      this.#routing.reset(this.#rules.values());
    // What another server changed. It also knows when to look again, but it may not live that long.
    for (const { ruleId, scopeKey, version } of work.instances) {
      const loaded = this.#rules.get(ruleId);
      if (loaded === undefined || (loaded.instances.get(scopeKey)?.version ?? 0) >= version) continue;
      const fresh = await loadInstance(pool, ruleId, scopeKey);
      if (fresh !== null) this.settle(loaded, fresh, work.now);
    }
  }

  /** Keys that are new, and keys that may have got their pool with the events that touched them. */
  #misses(id: number): boolean {
    const key = this.#fleet.keys.get(id);
    return key === undefined || (key.pool === null && this.#usesPools());
  }

  #usesPools(): boolean {
    for (const { rule } of this.#rules.values()) {
      if (rule.scope.each === "pool" || rule.scope.pool !== undefined) return true;
    }
    return false;
  }

  #needsConsumers(): boolean {
    for (const { rule } of this.#rules.values()) {
      if (rule.scope.each === "consumer") return true;
      if (rule.scope.consumer !== undefined && this.#fleet.consumerId(rule.scope.consumer) === undefined)
        return true;
    }
    return false;
  }
}
