import { z } from "zod";
import { CHANNEL_KINDS } from "@/lib/domain/delivery/kind";
import { type QuietHours, quietHoursSchema } from "@/lib/domain/delivery/quiet";
import { isTimeZone } from "@/lib/domain/usage/zone";

const name = z
  .string({ error: "expected a name" })
  .trim()
  .min(1, "expected a name")
  .max(100, "expected at most 100 characters");
const kind = z.enum(CHANNEL_KINDS, { error: `expected one of ${CHANNEL_KINDS.join(", ")}` });
/** What is in it depends on the kind, whose own schema checks it. */
const config = z.record(z.string(), z.unknown(), { error: 'expected an object such as {"to":["…"]}' });
const enabled = z.boolean({ error: "expected true or false" });

/** The weekly calendar in which the channel is told nothing; null for none. */
const quiet_hours = quietHoursSchema.nullable();
/** The channel that gets what this one cannot deliver; null for none. */
const fallback = z
  .string({ error: "expected a channel's id, or null" })
  .max(64, "expected a channel's id")
  .nullable();

export const createChannelSchema = z.object({
  name,
  kind,
  config,
  enabled: enabled.default(true),
  quiet_hours: quiet_hours.default(null),
  fallback: fallback.default(null),
});

/** A secret that `config` leaves out stays as it is; everything else of `config` is replaced. */
export const updateChannelSchema = z
  .object({
    name,
    config,
    enabled,
    quiet_hours,
    fallback,
    kind: z.undefined({ error: "a channel's kind cannot be changed: create another channel" }),
  })
  .partial()
  .refine((given) => Object.values(given).some((one) => one !== undefined), {
    message: "expected at least one of name, config, enabled, quiet_hours, fallback",
  });

/** The zone in which the test message writes its times. */
export const testChannelSchema = z.object({
  time_zone: z
    .string({ error: "expected an IANA time zone such as Europe/Berlin" })
    .refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin")
    .default("UTC"),
});

/** A channel as API and pages see it. Times are RFC 3339. */
export interface ChannelDto {
  id: string;
  name: string;
  kind: string;
  /** Without its secrets. */
  config: Record<string, unknown>;
  /** Secret fields that have a value. */
  secrets: string[];
  enabled: boolean;
  /** false: messages are kept with the state `unconfigured`, and can be read. */
  configured: boolean;
  /** The settings that are missing. */
  missing: string | null;
  /** The first failure since the last success. */
  failing_since: string | null;
  last_error: string | null;
  last_sent_at: string | null;
  quiet_hours: QuietHours | null;
  /** Of an SMS channel: its numbers that get nothing, since they answered STOP. */
  opted_out: string[];
  /** The id of the channel that gets what this one cannot deliver. */
  fallback: string | null;
  /** Rules that send here. */
  rules: { id: string; name: string }[];
  created_at: string;
  updated_at: string;
}
