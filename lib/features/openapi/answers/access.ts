import { z } from "zod";
import { ROLES } from "@/lib/domain/access/actor";
import type { AuditDto } from "@/lib/features/audit/queries";
import type { SourceDto } from "@/lib/features/sources/schemas";
import type { TokenDto } from "@/lib/features/tokens/schemas";
import type { SessionDto, UserDto } from "@/lib/features/users/schemas";
import { instant, named, pageOf } from "../operation";

const count = z.int().min(0);

const source = z.strictObject({
  id: z.string().describe("A decimal number as a string."),
  name: z.string(),
  format: z.string(),
  key_from: z.array(z.string()),
  signed: z.boolean().describe("Whether it has a signing secret and takes only deliveries signed with it."),
  created_at: instant,
  updated_at: instant,
  last_event_at: instant.nullable(),
  requests_per_minute: count.describe("Events that occurred in the last 60 s."),
  accepted: count,
  duplicates: count,
  rejected: count,
  rejects: z
    .array(
      z.strictObject({
        at: instant,
        index: count,
        field: z.string(),
        message: z.string(),
        record: z.unknown().describe("As received, its texts masked; null when it was no JSON."),
      }),
    )
    .describe("The latest rejected records, newest first."),
  sample: z
    .strictObject({
      at: instant,
      received: z.unknown().describe("As received; texts that are not in `understood` are masked."),
      understood: z
        .looseObject({
          key: z.strictObject({ id: z.string(), hint: z.string(), name: z.string().nullable() }),
        })
        .describe("The stored event's fields that have a value."),
    })
    .nullable()
    .describe("The latest record; null before the first."),
  ingest_token: z
    .strictObject({
      id: z.string(),
      hint: z.string(),
      created_at: instant,
      last_used_at: instant.nullable(),
    })
    .nullable(),
});
export const sourceAnswer = named("Source", source) satisfies z.ZodType<SourceDto>;
export const sourcePage = pageOf("SourcePage", sourceAnswer);

const shownOnce = z.string().describe("Shown this once; only its hash is stored.");
export const sourceWithToken = named(
  "SourceWithToken",
  z.strictObject({ ...source.shape, token: shownOnce }),
);

const token = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  hint: z.string(),
  created_by: z.string(),
  created_at: instant,
  last_used_at: instant.nullable(),
  revoked_at: instant.nullable(),
});
const tokenAnswer = named("Token", token) satisfies z.ZodType<TokenDto>;
export const tokenPage = pageOf("TokenPage", tokenAnswer);
export const tokenWithSecret = named("TokenWithSecret", z.strictObject({ ...token.shape, token: shownOnce }));

export const userAnswer = named(
  "User",
  z.strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    created_at: instant,
    last_sign_in_at: instant.nullable(),
  }),
) satisfies z.ZodType<UserDto>;
export const userPage = pageOf("UserPage", userAnswer);

const session = named(
  "Session",
  z.strictObject({
    id: z.string(),
    user: z.strictObject({ id: z.string(), name: z.string(), email: z.string() }),
    created_at: instant,
    expires_at: instant,
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
  }),
) satisfies z.ZodType<SessionDto>;
export const sessionPage = pageOf("SessionPage", session);

const audit = named(
  "AuditEntry",
  z.strictObject({
    id: z.string(),
    at: instant,
    actor: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }),
    action: z.string(),
    entity: z.string(),
    entity_id: z.string(),
    changes: z.unknown().describe("What changed, without secrets; null when there is nothing to say."),
  }),
) satisfies z.ZodType<AuditDto>;
export const auditPage = pageOf("AuditPage", audit);
