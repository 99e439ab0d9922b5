import type { EntityChange } from "@/lib/runtime";

/** What one run takes on. */
export interface Work {
  now: number;
  touched: Set<number> | "all";
  /** Rules to evaluate as a whole. */
  rules: Set<string>;
  reload: Set<string> | "all";
  keys: Set<number> | "all";
  sources: boolean;
  limits: boolean;
  instances: { ruleId: string; scopeKey: string; version: number }[];
  /** Found out on the way: keys came, went or moved. */
  keysChanged: boolean;
}

/** What was announced since the last run. */
export class Pending {
  #touched: Set<number> | "all" = new Set();
  readonly rules = new Set<string>();
  #reload: Set<string> | "all" = new Set();
  #keys: Set<number> | "all" = new Set();
  #sources = false;
  #limits = false;
  #instances: Work["instances"] = [];
  #later: { keyId: number; at: number }[] = [];

  touch(keyIds: Iterable<number> | "all"): void {
    this.#touched = joined(this.#touched, keyIds);
  }

  /** A touch that counts from an instant on. */
  touchAt(keyId: number, at: number): void {
    this.#later.push({ keyId, at });
  }

  reload(ruleIds: Iterable<string> | "all"): void {
    this.#reload = joined(this.#reload, ruleIds);
  }

  /** An entity was changed by a command, or by another server. What this one has stored is in memory as it was stored. */
  changed({ entity, id, own = false }: EntityChange): void {
    const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
    if (entity === "rule") this.reload(id === "all" ? "all" : [id]);
    else if (entity === "key" || entity === "pool") {
      this.#keys = joined(this.#keys, number === null ? "all" : [number]);
    } else if (entity === "source") this.#sources = true;
    else if (entity === "limit") {
      if (number === null) this.#limits = true;
      else this.touch([number]);
    } else if (entity === "instance" && !own) {
      const [ruleId, version, ...rest] = id.split(" ");
      if (id === "all") this.reload("all");
      else if (ruleId !== undefined) {
        this.#instances.push({ ruleId, version: Number(version), scopeKey: rest.join(" ") });
      }
    }
  }

  get isEmpty(): boolean {
    return (
      isNone(this.#touched) &&
      this.rules.size === 0 &&
      isNone(this.#reload) &&
      isNone(this.#keys) &&
      !this.#sources &&
      !this.#limits &&
      this.#instances.length === 0
    );
  }

  /** When a touch falls due that counts later; null for none. */
  nextAt(): number | null {
    return this.#later.length === 0 ? null : this.#later.reduce((min, { at }) => Math.min(min, at), Infinity);
  }

  take(now: number): Work {
    if (this.#later.length > 0) {
      this.touch(this.#later.filter(({ at }) => at <= now).map(({ keyId }) => keyId));
      this.#later = this.#later.filter(({ at }) => at > now);
    }
    const work: Work = {
      now,
      touched: this.#touched,
      rules: new Set(this.rules),
      reload: this.#reload,
      keys: this.#keys,
      sources: this.#sources,
      limits: this.#limits,
      instances: this.#instances,
      keysChanged: false,
    };
    this.#touched = new Set();
    this.rules.clear();
    this.#reload = new Set();
    this.#keys = new Set();
    this.#sources = false;
    this.#limits = false;
    this.#instances = [];
    return work;
  }

  /** After a failure: everything is to be done again. */
  giveBack(work: Work): void {
    this.touch(work.touched);
    for (const id of work.rules) this.rules.add(id);
    this.reload(work.reload);
    this.#keys = joined(this.#keys, work.keysChanged ? "all" : work.keys);
    this.#sources ||= work.sources;
    this.#limits ||= work.limits;
    this.#instances.push(...work.instances);
  }
}

const isNone = (set: Set<unknown> | "all"): boolean => set !== "all" && set.size === 0;

function joined<T>(into: Set<T> | "all", more: Iterable<T> | "all"): Set<T> | "all" {
  if (into === "all" || more === "all") return "all";
  for (const one of more) into.add(one);
  return into;
}
