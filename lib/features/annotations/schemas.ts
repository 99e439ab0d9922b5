import { z } from "zod";
import { parseRequestTime } from "@/lib/domain/usage/time";

const instant = z.unknown().transform((value, context) => {
  const parsed = parseRequestTime(value);
  if (parsed.ok) return parsed.at;
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

const keyId = z.string("expected a key's id").regex(/^[1-9]\d{0,15}$/, "expected a key's id");
const name = (what: string) =>
  z.string(`expected ${what}`).trim().min(1, `expected ${what}`).max(512, "expected at most 512 characters");

/** What it is about: one thing, or everything. */
const scopeSchema = z
  .strictObject(
    {
      key: keyId.optional(),
      provider: name("a provider's name").toLowerCase().optional(),
      pool: name("a pool's name").optional(),
    },
    {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `expected key, provider or pool, got ${issue.keys.join(", ")}`
          : 'expected an object such as {"provider":"openai"}',
    },
  )
  .refine((scope) => Object.values(scope).filter((one) => one !== undefined).length <= 1, {
    message: "expected one of key, provider and pool at most",
  });
export type AnnotationScope = z.output<typeof scopeSchema>;

/** `at` is now when it is left out; without `ends_at` it is a moment. */
export const createAnnotationSchema = z
  .object(
    {
      at: instant.optional(),
      ends_at: instant.nullish(),
      text: z
        .string("expected a text")
        .trim()
        .min(1, "expected a text")
        .max(200, "expected at most 200 characters"),
      scope: scopeSchema.default({}),
    },
    'expected an object such as {"text":"v2.3 deployed"}',
  )
  .refine(({ at, ends_at }) => ends_at == null || ends_at > (at ?? Date.now()), {
    path: ["ends_at"],
    message: "must be later than at",
  });

/** Those that overlap [from, to) and are about the key, or about its provider, its pool or everything. */
export const annotationsQuerySchema = z.object({
  from: instant.optional(),
  to: instant.optional(),
  key: keyId.optional(),
});

/** Something that happened, drawn into charts. Times are RFC 3339. */
export interface AnnotationDto {
  id: string;
  at: string;
  ends_at: string | null;
  text: string;
  scope: AnnotationScope;
  created_by: string;
  created_at: string;
}
