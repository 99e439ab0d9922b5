import { z } from "zod";
import {
  isTagName,
  type KeyTags,
  MOST_TAG_NAME,
  MOST_TAG_VALUE,
  MOST_TAGS,
} from "@/lib/domain/usage/key-tags";
import type { LimitMetric, LimitOrigin } from "@/lib/domain/usage/limit";
import { KEY_STATES, type KeyState, type KeyStateReason } from "@/lib/domain/usage/state";
import { isTimeZone } from "@/lib/domain/usage/zone";

/** A limit of a key with what is used of it. Amounts in the metric's unit; times are RFC 3339. */
export interface LimitDto {
  id: string;
  origin: LimitOrigin;
  metric: LimitMetric;
  amount: number;
  /** "1m", "24h", "calendar_day" …; null where a provider did not say over which time. */
  window: string | null;
  time_zone: string;
  used: number;
  /** Not capped: 1.2 when a fifth more than the limit was used. */
  used_fraction: number;
  remaining: number;
  resets_at: string | null;
  /** At the current rate; null when it never will be, or when traffic is too sparse to tell. */
  seconds_to_exhaustion: number | null;
  /** The fraction used at the reset if the rate holds; null when traffic is too sparse to tell. */
  projected_fraction: number | null;
  runs_out_before_reset: boolean;
  /** Of an advertised limit: when the provider said it last. */
  observed_at: string | null;
  created_at: string;
  updated_at: string;
}

/** What is left of the limit that is nearest to its end. */
export interface HeadroomDto {
  limit: string;
  metric: LimitMetric;
  /** In the metric's unit, 0 when nothing is left. */
  remaining: number;
  /** Of the limit, from 0 to 1. */
  remaining_fraction: number;
}

/** A key as API and pages see it: never the key itself. Times are RFC 3339. */
export interface KeyDto {
  /** A decimal string. */
  id: string;
  provider: string | null;
  name: string | null;
  hint: string;
  pool: string | null;
  pool_id: string | null;
  state: KeyState;
  why: KeyStateReason;
  /** When the key can be used again, if it cannot be now and that is known. */
  until: string | null;
  blocked_at: string | null;
  retired_at: string | null;
  tags: KeyTags;
  limits: LimitDto[];
  headroom: HeadroomDto | null;
  last_event_at: string | null;
  created_at: string;
  updated_at: string;
}

/** Lately: how a key did over the last hour, and what it cost today. */
export interface LatelyDto {
  /** Requests by minute of the last hour, the current one last. */
  requests: number[];
  error_rate: number | null;
  latency_p95: number | null;
  cost_today_micros: number;
}

/** `lately` where it was asked for. */
export interface KeyRowDto extends KeyDto {
  lately?: LatelyDto;
}

/**
 * How lists of keys are sorted; a minus in front reverses it. `headroom` is least first, `state` is worst first;
 * `requests`, `error_rate` and `latency_p95` are of the last hour, `cost_today` of the day in `tz`.
 */
export const LATELY_SORTS = ["requests", "error_rate", "latency_p95", "cost_today"] as const;
const KEY_SORTS = [
  "name",
  "provider",
  "state",
  "headroom",
  "last_event_at",
  "created_at",
  ...LATELY_SORTS,
] as const;
export type KeySort = (typeof KEY_SORTS)[number];
const SORT_PARAMS = KEY_SORTS.flatMap((sort) => [sort, `-${sort}`] as const);

const label = (what: string) =>
  z
    .string({ error: `expected ${what} as a string` })
    .trim()
    .min(1, `expected ${what}, or null`)
    .max(512, "expected at most 512 characters");
const name = label("a name");
const pool = label("a pool's name");

/** A value sets a tag, null takes it away; the others stay. */
const tagChanges = z
  .record(
    z.string().refine(isTagName, `expected a name of letters, digits and -_.:/, ${MOST_TAG_NAME} at most`),
    z
      .string({ error: "expected a value as a string, or null to take the tag away" })
      .trim()
      .max(MOST_TAG_VALUE, `expected at most ${MOST_TAG_VALUE} characters`)
      .nullable(),
    { error: 'expected tags such as {"team":"search","trial":null}' },
  )
  .refine((tags) => Object.keys(tags).length <= MOST_TAGS, `expected at most ${MOST_TAGS} tags`);

/** Which keys in which order: what lists and exports share. */
export const keysFilterSchema = z.object({
  state: z
    .array(z.enum(KEY_STATES, { error: `expected one of ${KEY_STATES.join(", ")}` }))
    .max(KEY_STATES.length, "expected each state once at most")
    .default([]),
  provider: z.string().trim().toLowerCase().max(512).optional(),
  /** Id or name. */
  pool: z.string().max(512).optional(),
  /** Each of them: `team` for any value, `team=search` for this one. */
  tag: z.array(z.string().max(256)).max(10, "expected at most 10 tags").default([]),
  q: z.string().trim().max(512, "expected at most 512 characters").optional(),
  sort: z.enum(SORT_PARAMS, { error: `expected one of ${SORT_PARAMS.join(", ")}` }).default("name"),
  retired: z.enum(["true", "false"], { error: "expected true or false" }).default("false"),
  /** The zone whose day is today. */
  tz: z.string().refine(isTimeZone, "expected an IANA time zone, such as Europe/Berlin").default("UTC"),
});
export type KeysFilter = z.output<typeof keysFilterSchema>;

export const keysQuerySchema = keysFilterSchema.extend({
  /** Adds `lately` to each key. */
  include: z.enum(["lately"], { error: "expected lately" }).optional(),
  /** Keys to pass over, in place of a cursor: for tables that jump. */
  offset: z.coerce
    .number({ error: "expected a whole number from 0" })
    .int("expected a whole number from 0")
    .min(0, "expected a whole number from 0")
    .max(1e6, "expected at most 1000000")
    .optional(),
});

export const createKeySchema = z.object({
  key: z
    .string({ error: "expected the API key, or a stable name for it" })
    .trim()
    .min(1, "expected the API key, or a stable name for it")
    .max(4096, "expected at most 4096 characters"),
  provider: z
    .string({ error: "expected a provider's name" })
    .trim()
    .toLowerCase()
    .max(512, "expected at most 512 characters")
    .nullish()
    .transform((value) => value ?? ""),
  name: name.nullish(),
  pool: pool.nullish(),
});

export const updateKeySchema = z
  .object({
    /** null: the name that comes with events counts again. */
    name: name.nullable(),
    pool: pool.nullable(),
    tags: tagChanges,
    blocked: z.boolean({ error: "expected true or false" }),
    retired: z.boolean({ error: "expected true or false" }),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    message: "expected at least one of name, pool, tags, blocked, retired",
  });

/** A change of many keys at once: what it names is changed on each, the rest stays. */
export const keysChangeSchema = z.object({
  keys: z
    .array(z.string().regex(/^[1-9]\d{0,15}$/, "expected a key's id"), {
      error: "expected a list of keys' ids",
    })
    .min(1, "expected at least one key")
    .max(500, "expected at most 500 keys"),
  pool: pool.nullable().optional(),
  tags: tagChanges.optional(),
  blocked: z.boolean({ error: "expected true or false" }).optional(),
  retired: z.boolean({ error: "expected true or false" }).optional(),
});
