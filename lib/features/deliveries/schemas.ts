import { z } from "zod";
import { DELIVERY_STATES, type DeliveryState } from "@/lib/domain/delivery/state";

const id = (what: string) => z.string().max(64, `expected the id of ${what}`).optional();

/** Filters of the list; all of them together. */
export const deliveriesQuerySchema = z.object({
  incident: id("an incident"),
  channel: id("a channel"),
  kind: z
    .string()
    .regex(/^[a-z_]{1,40}$/, "expected a kind of message such as firing, resolved or digest")
    .optional(),
  /** What a digest, or another delivery, tells. */
  told_by: id("a delivery"),
  state: z.enum(DELIVERY_STATES, { error: `expected one of ${DELIVERY_STATES.join(", ")}` }).optional(),
});

/** A message as its recipients read it. */
export interface RenderedDto {
  from: string;
  to: string[];
  subject?: string;
  text: string;
  /** In the detail of one delivery only. */
  html?: string;
}

export interface AttemptDto {
  /** From 1. */
  number: number;
  started_at: string;
  finished_at: string | null;
  /** sent, not_sent, permanent, ambiguous, unconfigured; null while under way. */
  outcome: string | null;
  /** The provider's words. */
  response: string | null;
  error: string | null;
  provider_id: string | null;
  /** Of a message that was kept since the channel is not configured. */
  rendered: RenderedDto | null;
}

/** A delivery as API and pages see it. Times are RFC 3339. */
export interface DeliveryDto {
  id: string;
  /** null: a test of the channel, or a digest. */
  incident: string | null;
  /** What the message is about, as people call it: a key, a pool, a rule's subject; null for a test. */
  about: string | null;
  channel: string;
  channel_name: string;
  channel_kind: string;
  /** The change of state that it tells. */
  transition: string | null;
  kind: string;
  state: DeliveryState;
  /** What kept it from being queued: channel, silence, flapping, inhibition, acknowledgement, untold. */
  muted_by: string | null;
  /** Why it is suppressed, dead, given up, kept or repeated. */
  reason: string | null;
  attempts: AttemptDto[];
  /** An attempt may have reached the provider without its answer reaching Keygauge. */
  maybe_sent: boolean;
  /** Recipients the provider has accepted it for. */
  reached: { to: string; provider_id: string | null }[];
  provider_id: string | null;
  last_error: string | null;
  /** What a waiting message is held for: others of its rule, quiet hours, the sending limit, the SMS budget. */
  hold: "followers" | "quiet" | "limit" | "budget" | null;
  held_until: string | null;
  /** The delivery that tells this message as well: a digest, an escalation, a recovery. */
  told_by: string | null;
  /** The delivery that this one repeats or stands in for, and why. */
  origin: { delivery: string; why: "again" | "fallback" | "budget" | "transient" } | null;
  created_at: string;
  /** Of a queued delivery. */
  next_attempt_at: string | null;
  finished_at: string | null;
}
