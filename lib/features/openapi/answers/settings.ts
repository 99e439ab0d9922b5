import { z } from "zod";
import { ROLES } from "@/lib/domain/access/actor";
import { CLOCKS, type Preferences, THEMES } from "@/lib/domain/access/preferences";
import { MAIL_SECURITY } from "@/lib/domain/delivery/sender";
import { DEMO_STATES, type DemoDto } from "@/lib/features/demo/schemas";
import type { MailDto, RetentionDto, TestDto, TwilioDto } from "@/lib/features/installation/schemas";
import type { InvitationDto, SentInvitationDto } from "@/lib/features/invitations/schemas";
import type { StartDto } from "@/lib/features/start/schemas";
import { instant, named, pageOf } from "../operation";

const setBy = z
  .string()
  .nullable()
  .describe("The variable of the environment that sets it and wins, or `console`; null: it is not set.");
const count = z.int().min(0);

const found = z.strictObject({ id: z.string(), name: z.string() });

export const startAnswer = named(
  "Start",
  z.strictObject({
    source: found
      .extend({ format: z.string(), last_event_at: instant.nullable() })
      .nullable()
      .describe("One that sends, else the latest."),
    key: found.nullable().describe("The latest key."),
    limited: found.nullable().describe("A key that has a limit."),
    channel: found
      .extend({ tested: z.boolean() })
      .nullable()
      .describe("One whose test arrived, else the latest."),
    rule: found.nullable(),
    hidden: z.boolean().describe("Whether the console no longer points to it."),
  }),
) satisfies z.ZodType<StartDto>;

export const demoAnswer = named(
  "Demo",
  z.strictObject({
    state: z.enum(DEMO_STATES).describe("`removing`: everything of it is being deleted."),
    source: z.string().nullable().describe("The id of its source."),
    since: instant.nullable(),
    silenced: z.boolean().describe("Whether messages about its keys were held back when it was switched on."),
    keys: z.int().min(0),
  }),
) satisfies z.ZodType<DemoDto>;

export const mailAnswer = named(
  "Mail",
  z.strictObject({
    set_by: setBy,
    host: z.string().nullable(),
    port: z.int().nullable(),
    security: z
      .enum(MAIL_SECURITY)
      .nullable()
      .describe(
        "`tls` from the start, `starttls` or nothing, `opportunistic`: STARTTLS where it is offered.",
      ),
    user: z.string().nullable(),
    has_password: z.boolean(),
    from: z.string().nullable(),
    from_set_by: setBy,
  }),
) satisfies z.ZodType<MailDto>;

export const twilioAnswer = named(
  "Twilio",
  z.strictObject({
    set_by: setBy,
    account_sid: z.string().nullable(),
    has_auth_token: z.boolean(),
    from: z.string().nullable(),
  }),
) satisfies z.ZodType<TwilioDto>;

export const testAnswer = named(
  "SettingTest",
  z.strictObject({
    outcome: z
      .enum(["sent", "not_sent", "permanent", "ambiguous"])
      .describe("`not_sent` may work later, `permanent` would be answered alike, `ambiguous`: nobody knows."),
    response: z.string().nullable().describe("The provider's words."),
    error: z.string().nullable(),
  }),
) satisfies z.ZodType<TestDto>;

export const retentionAnswer = named(
  "Retention",
  z.strictObject({
    set_by: setBy,
    events_days: count,
    events_bytes: count.describe("On disk, indexes included."),
    events: count.describe("As the database estimates it."),
    oldest_day: z.iso.date().nullable(),
    usage_bytes: count.describe("Of the buckets and breakdowns, which have spans of their own."),
    total_bytes: count.describe("Of the whole database."),
    days: z.array(z.strictObject({ day: z.iso.date(), events: count, bytes: count })),
  }),
) satisfies z.ZodType<RetentionDto>;

const invitation = z.strictObject({
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  created_by: z.string(),
  created_at: instant,
  expires_at: instant,
  expired: z.boolean(),
});
const invitationAnswer = named("Invitation", invitation) satisfies z.ZodType<InvitationDto>;
export const invitationPage = pageOf("InvitationPage", invitationAnswer);
export const sentInvitationAnswer = named(
  "SentInvitation",
  z.strictObject({
    ...invitation.shape,
    mailed: z.boolean(),
    link: z.string().nullable().describe("To be handed over where no mail went out; shown this once."),
    mail_error: z.string().nullable(),
  }),
) satisfies z.ZodType<SentInvitationDto>;

export const preferencesAnswer = named(
  "Preferences",
  z.strictObject({
    theme: z.enum(THEMES).nullable(),
    time_zone: z.string().nullable(),
    clock: z.enum(CLOCKS).nullable(),
  }),
) satisfies z.ZodType<Preferences>;
