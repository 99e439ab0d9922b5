import { Fleet } from "@/lib/features/rules/fleet";
import { readingOf } from "@/lib/features/rules/reading";
import type { Runtime } from "@/lib/runtime";
import { Agenda } from "./agenda";
import type { Work } from "./pending";
import { Routing } from "./routing";
import { type Instance, type LoadedRule, loadInstance, loadRules } from "./rules";

/** An instance that time alone may change. */
export interface Due {
  loaded: LoadedRule;
  scopeKey: string;
}

/** What this server knows: rules, keys and the instances that are not at rest. The database knows better. */
export class Memory {
  rules = new Map<string, LoadedRule>();
  fleet: Fleet;
  readonly routing = new Routing();
  readonly agenda = new Agenda<Due>();
  /** The agenda's items, found again by rule and instance. */
  readonly #dues = new Map<LoadedRule, Map<string, Due>>();

  constructor(private readonly runtime: Runtime) {
    this.fleet = new Fleet(runtime.db.pool);
  }

  async load(): Promise<void> {
    const { pool } = this.runtime.db;
    this.fleet = await Fleet.load(pool);
    this.rules = new Map((await loadRules(pool)).map((loaded) => [loaded.id, loaded]));
    this.routing.reset(this.rules.values());
  }

  /** Takes what an evaluation or a replay came to into memory and onto the agenda. */
  settle(loaded: LoadedRule, instance: Instance, nextAt: number | null): void {
    // A rule that was loaded anew has left this one behind.
    if (this.rules.get(loaded.id) !== loaded) return;
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
    this.agenda.set(due, nextAt);
    if (nextAt === null) dues.delete(instance.scopeKey);
  }

  /** Brings the memory up to what was announced as changed. */
  async refresh(work: Work): Promise<void> {
    const { pool } = this.runtime.db;
    // Whoever does not know what was touched does not know which keys are new either.
    if (work.keys === "all" || work.touched === "all") work.keysChanged = await this.fleet.loadKeys();
    else {
      const ids = [...work.keys, ...[...work.touched].filter((id) => this.#misses(id))];
      if (ids.length > 0) work.keysChanged = await this.fleet.loadKeys(ids);
    }
    if (work.keysChanged && (work.keys === "all" || work.keys.size > 0)) {
      // A key that moved or went takes its use from one pool, provider … and may bring it to another.
      for (const { id, rule } of this.rules.values()) if (rule.scope.each !== "key") work.rules.add(id);
    }
    if (work.touched !== "all" && work.keys !== "all") for (const id of work.keys) work.touched.add(id);
    else if (work.keysChanged) work.touched = "all";
    if (work.limits) {
      for (const { id, rule } of this.rules.values()) if (readingOf(rule) === "limits") work.rules.add(id);
    }
    if (work.sources) await this.fleet.loadSources();
    if (this.#needsConsumers()) await this.fleet.loadConsumers();
    const reload = work.reload === "all" ? undefined : [...work.reload];
    if (reload === undefined || reload.length > 0) {
      const fresh = await loadRules(pool, reload);
      if (reload === undefined) this.rules.clear();
      else for (const id of reload) this.rules.delete(id);
      for (const loaded of fresh) {
        this.rules.set(loaded.id, loaded);
        work.rules.add(loaded.id);
      }
      for (const loaded of [...this.#dues.keys()]) {
        if (this.rules.get(loaded.id) !== loaded) this.#dues.delete(loaded);
      }
    }
    if (reload === undefined || reload.length > 0 || work.keysChanged)
      this.routing.reset(this.rules.values());
    // What another server changed. It also knows when to look again, but it may not live that long.
    for (const { ruleId, scopeKey, version } of work.instances) {
      const loaded = this.rules.get(ruleId);
      if (loaded === undefined || (loaded.instances.get(scopeKey)?.version ?? 0) >= version) continue;
      const fresh = await loadInstance(pool, ruleId, scopeKey);
      if (fresh !== null) this.settle(loaded, fresh, work.now);
    }
  }

  /** Keys that are new, and keys that may have got their pool with the events that touched them. */
  #misses(id: number): boolean {
    const key = this.fleet.keys.get(id);
    return key === undefined || (key.pool === null && this.#usesPools());
  }

  #usesPools(): boolean {
    for (const { rule } of this.rules.values()) {
      if (rule.scope.each === "pool" || rule.scope.pool !== undefined) return true;
    }
    return false;
  }

  #needsConsumers(): boolean {
    for (const { rule } of this.rules.values()) {
      if (rule.scope.each === "consumer") return true;
      if (rule.scope.consumer !== undefined && this.fleet.consumerId(rule.scope.consumer) === undefined)
        return true;
    }
    return false;
  }
}
