import { z } from "zod";
import { SEVERITIES, type Severity } from "@/lib/domain/alerting/rule";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { DAY } from "@/lib/domain/usage/duration";
import { parseRequestTime } from "@/lib/domain/usage/time";

/** Longer than this, a rule is better switched off. */
export const LONGEST_SILENCE_MS = 366 * DAY;

export const SILENCE_STATES = ["active", "upcoming", "expired"] as const;
export type SilenceState = (typeof SILENCE_STATES)[number];

const instant = z.unknown().transform((value, context) => {
  const parsed = parseRequestTime(value);
  if (parsed.ok) return parsed.at;
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

const name = (what: string) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(200, "expected at most 200 characters")
    .optional();

const keyId = z.string("expected a key's id").regex(/^[1-9]\d{0,15}$/, "expected a key's id");

/** Strict: a misspelt field would silence everything. */
export const matcherSchema = z.strictObject(
  {
    key: keyId.optional(),
    keys: z
      .array(keyId, "expected a list of keys' ids")
      .min(1, "expected at least one key")
      .max(500, "expected at most 500 keys")
      .optional(),
    provider: name("a provider's name").transform((provider) => provider?.toLowerCase()),
    pool: name("a pool's id or name"),
    rule: name("a rule's id"),
    severity: z.enum(SEVERITIES, `expected one of ${SEVERITIES.join(", ")}`).optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `expected only key, keys, provider, pool, rule and severity, got ${issue.keys.join(", ")}`
        : 'expected an object such as {"provider":"openai"}',
  },
);

/** `starts_at` is now when it is left out. */
export const createSilenceSchema = z.object(
  {
    matcher: matcherSchema,
    starts_at: instant.optional(),
    ends_at: instant,
    comment: z.string("expected a text").trim().max(1_000, "expected at most 1,000 characters").default(""),
  },
  'expected an object such as {"matcher":{"provider":"openai"},"ends_at":"…"}',
);

export const silencesQuerySchema = z.object({
  state: z.enum(SILENCE_STATES, { error: `expected one of ${SILENCE_STATES.join(", ")}` }).optional(),
});

/** A silence as API and pages see it. Times are RFC 3339. */
export interface SilenceDto {
  id: string;
  matcher: SilenceMatcher;
  state: SilenceState;
  starts_at: string;
  ends_at: string;
  comment: string;
  created_by: string;
  created_at: string;
  /** When somebody ended it before its time. */
  ended_at: string | null;
}

/** What a matcher mutes at the moment. */
export interface SilencePreviewDto {
  /** Open incidents whose messages it keeps back; 20 at most. */
  incidents: { id: string; rule_name: string; subject: string | null; severity: Severity }[];
  incident_count: number;
  /** Monitored keys that it covers; 20 at most. Empty where it names a rule or a severity only. */
  keys: { id: string; name: string | null; hint: string; provider: string | null }[];
  key_count: number;
  /** Rules that it covers. */
  rule_count: number;
}
