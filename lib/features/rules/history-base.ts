import type pg from "pg";
import type { Rule } from "@/lib/domain/alerting/rule";
import { type InstanceState, initialState } from "@/lib/domain/alerting/state";
import { DAY } from "@/lib/domain/usage/duration";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import type { Fleet } from "./fleet";
import type { LimitAmount } from "./limit-sum";
import { needsCells, router } from "./reading";
import type { Entry, Track } from "./track";

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
  /** With `effectsOnly`: up to so many stored events all of the range are read, without coarse totals first. */
  readWhole?: number | undefined;
  /**
   * Whether a chart is all that comes of it: limits are counted from totals then, however many events those are of, by
   * the minute past the 10 s tier; and those are left out that a provider has the last word on, which is not kept.
   */
  forChart?: boolean | undefined;
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

export type AnyTrack = Track<UsageTotals> | Track<number> | Track<LimitAmount>;

export interface History {
  /** Reads what tracks need to start. */
  prepare?(first: number, last: number): Promise<void>;
  start(instance: string): void;
  /** Fills the windows of the first step. */
  before(first: number, last: number): Promise<void>;
  /** Reads; what it returns hands the parts to the tracks, once all that is earlier has been. */
  read(range: Range): Promise<() => void>;
  /** How much is read at once; entries of windows stay in memory on top. */
  readonly chunkMs: number;
}

/** What the kinds of history share: whose use counts, and the way to each instance's track. */
export abstract class Base<T> implements History {
  readonly chunkMs: number = DAY;
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
  abstract read(range: Range): Promise<() => void>;
  protected abstract track(instance: string): Track<T>;

  protected stateOf(instance: string): InstanceState {
    return this.states.get(instance) ?? initialState();
  }

  start(instance: string): Track<T> {
    let track = this.tracks.get(instance);
    if (track === undefined) {
      track = this.track(instance);
      track.onStep = this.context.record?.(instance);
      track.effectsOnly = this.context.effectsOnly === true;
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

  /** Hands each instance its entries in order; those of no instance are left out. */
  protected push(parts: Iterable<readonly [instance: string | null, entries: Entry<T>[]]>): void {
    const byInstance = new Map<string, Entry<T>[]>();
    for (const [instance, entries] of parts) {
      if (instance === null) continue;
      const known = byInstance.get(instance);
      byInstance.set(instance, known === undefined ? entries : known.concat(entries));
    }
    for (const [instance, entries] of byInstance) {
      const track = this.start(instance);
      for (const entry of entries.sort((a, b) => a.bucket - b.bucket)) track.push(entry);
    }
  }
}
