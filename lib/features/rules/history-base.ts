import type pg from "pg";
import type { Rule } from "@/lib/domain/alerting/rule";
import { type InstanceState, initialState } from "@/lib/domain/alerting/state";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import type { Fleet } from "./fleet";
import type { KeyAmounts } from "./limit-sum";
import { needsCells, router } from "./reading";
import type { Addresses, Entry, Track } from "./track";

export interface HistoryContext {
  client: pg.Pool;
  fleet: Fleet;
  now: number;
  retentionDays: number;
  /** Where many rules walk through the same short span. */
  shared?: SharedReads | undefined;
  /** Whether only what the rule's condition is possible in is read and stepped: where nothing but effects matters. */
  effectsOnly?: boolean | undefined;
  /** The instances to walk; all of the rule's when absent. */
  only?: ReadonlySet<string> | undefined;
  /** Gives what hears the value of every step of an instance. */
  record?: ((instance: string) => (end: number, value: number | null) => void) | undefined;
}

/** Reads of all keys' use from one instant on, done once for all rules that walk from about there. */
export class SharedReads {
  readonly #done = new Map<string, Promise<unknown>>();

  /** `begin`: the start of the earliest bucket that any of the rules has to step over; epoch ms. */
  constructor(readonly begin: number) {}

  once<T>(name: string, read: () => Promise<T>): Promise<T> {
    let done = this.#done.get(name) as Promise<T> | undefined;
    if (done === undefined) {
      done = read();
      this.#done.set(name, done);
    }
    return done;
  }
}

export type AnyTrack = Track<UsageTotals> | Track<Addresses> | Track<number> | Track<KeyAmounts>;

export interface History {
  /** Reads what tracks need to start. */
  prepare?(first: number, last: number): Promise<void>;
  start(instance: string): void;
  /** Fills the windows of the first step. */
  before(first: number, last: number): Promise<void>;
  read(range: Range): Promise<void>;
}

/** What the kinds of history share: whose use counts, and the way to each instance's track. */
export abstract class Base<T> implements History {
  protected readonly cells: boolean;
  protected readonly keyIds: number[];
  protected readonly route: ReturnType<typeof router>;

  constructor(
    protected readonly rule: Rule,
    private readonly tracks: Map<string, Track<T>>,
    protected readonly states: ReadonlyMap<string, InstanceState>,
    protected readonly context: HistoryContext,
  ) {
    this.cells = needsCells(rule);
    const { only } = context;
    const members = [...context.fleet.members(rule.scope)];
    const isMember = rule.scope.each === "consumer" ? () => true : this.wants.bind(this);
    this.keyIds = members.flatMap(([instance, ids]) => (isMember(instance) ? ids : []));
    const route = router(rule, context.fleet);
    this.route = (cell) => {
      const instance = route(cell);
      return instance === null || only?.has(instance) === false ? null : instance;
    };
  }

  abstract before(first: number, last: number): Promise<void>;
  abstract read(range: Range): Promise<void>;
  protected abstract track(instance: string): Track<T>;

  protected stateOf(instance: string): InstanceState {
    return this.states.get(instance) ?? initialState();
  }

  start(instance: string): Track<T> {
    let track = this.tracks.get(instance);
    if (track === undefined) {
      track = this.track(instance);
      track.onStep = this.context.record?.(instance);
      this.tracks.set(instance, track);
    }
    return track;
  }

  protected wants(instance: string): boolean {
    return this.context.only?.has(instance) !== false;
  }

  protected get window(): NonNullable<Rule["window"]> {
    if (this.rule.window === null) throw new TypeError(`a rule on ${this.rule.metric} needs a window`);
    return this.rule.window;
  }

  /** Hands each instance its entries in order, those of one bucket as one. */
  protected push(entries: Map<string, Map<number, T>>): void {
    for (const [instance, buckets] of entries) {
      const track = this.start(instance);
      const sorted: Entry<T>[] = [...buckets].map(([bucket, amount]) => ({ bucket, amount }));
      for (const entry of sorted.sort((a, b) => a.bucket - b.bucket)) track.push(entry);
    }
  }
}
