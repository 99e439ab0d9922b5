import { covers, type Fleet, type FleetKey, instanceOfKey } from "@/lib/features/rules/fleet";
import type { LoadedRule } from "./rules";

/** Which rules a key's use can matter to. Keys of one provider and pool share a list, so it costs little to keep. */
export class Routing {
  readonly #byKind = new Map<string, LoadedRule[]>();
  #byKey = new Map<number, LoadedRule[]>();
  #general: LoadedRule[] = [];

  /** To be called when rules, or the pools and providers of keys, changed. */
  reset(rules: Iterable<LoadedRule>): void {
    this.#byKind.clear();
    this.#byKey = new Map();
    this.#general = [];
    for (const loaded of rules) {
      if (loaded.off !== null) continue;
      const { key } = loaded.rule.scope;
      if (key === undefined) {
        this.#general.push(loaded);
        continue;
      }
      const id = Number(key);
      const list = this.#byKey.get(id);
      if (list === undefined) this.#byKey.set(id, [loaded]);
      else list.push(loaded);
    }
  }

  *rulesOf(key: FleetKey): Iterable<LoadedRule> {
    const kind = `${key.provider}\0${key.pool?.id ?? ""}`;
    let general = this.#byKind.get(kind);
    if (general === undefined) {
      general = this.#general.filter(({ rule }) => covers(rule.scope, { ...key, retired: false }));
      this.#byKind.set(kind, general);
    }
    yield* general;
    for (const loaded of this.#byKey.get(key.id) ?? []) if (covers(loaded.rule.scope, key)) yield loaded;
  }
}

/** Why an instance is no longer one of its rule's; null while it is. */
export function vanishedBecause(loaded: LoadedRule, scopeKey: string, fleet: Fleet): string | null {
  if (loaded.off !== null) return loaded.off;
  const { scope } = loaded.rule;
  if (scopeKey.startsWith("key:")) {
    const key = fleet.keys.get(Number(scopeKey.slice(4)));
    if (key === undefined) return "The key was deleted.";
    if (key.retired) return "The key was retired.";
    return instanceOfKey(loaded.rule, key) === scopeKey ? null : OUTSIDE;
  }
  if (scope.each === "consumer") {
    const fits =
      scopeKey.startsWith("consumer:") && (scope.consumer ?? scopeKey.slice(9)) === scopeKey.slice(9);
    return fits ? null : OUTSIDE;
  }
  if (scope.each === "key") return OUTSIDE;
  return fleet.members(scope).has(scopeKey) ? null : "No key is left that it was about.";
}

const OUTSIDE = "It is outside the rule's scope now.";
