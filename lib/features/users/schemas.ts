import { z } from "zod";
import { ROLES, type Role } from "@/lib/domain/access/actor";
import { CLOCKS, THEMES } from "@/lib/domain/access/preferences";
import { isTimeZone } from "@/lib/domain/usage/zone";

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

const password = z
  .string({ error: `expected a password of at least ${PASSWORD_MIN} characters` })
  .min(PASSWORD_MIN, `expected at least ${PASSWORD_MIN} characters`)
  .max(PASSWORD_MAX, `expected at most ${PASSWORD_MAX} characters`);
const email = z
  .string({ error: "expected an e-mail address" })
  .trim()
  .toLowerCase()
  .max(254, "expected at most 254 characters")
  .pipe(z.email("expected an e-mail address such as ana@example.com"));
const name = z
  .string({ error: "expected a name" })
  .trim()
  .min(1, "expected a name")
  .max(100, "expected at most 100 characters");
const role = z.enum(ROLES, { error: `expected one of ${ROLES.join(", ")}` });

export const firstAdminSchema = z.object({ name, email, password });

export const createUserSchema = z.object({ name, email, password, role: role.default("viewer") });

export const inviteSchema = z.strictObject({ email, role: role.default("viewer") });

export const acceptInvitationSchema = z.object({ name, password });

/** What is left out stays as it is. */
export const preferencesSchema = z
  .strictObject({
    theme: z.enum(THEMES, { error: `expected one of ${THEMES.join(", ")}, or null` }).nullable(),
    time_zone: z
      .string({ error: "expected an IANA time zone such as Europe/Berlin, or null for the browser's" })
      .refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin, or null for the browser's")
      .nullable(),
    clock: z
      .enum(CLOCKS, { error: `expected one of ${CLOCKS.join(", ")}, or null for the browser's` })
      .nullable(),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    message: "expected at least one of theme, time_zone, clock",
  });

export const updateUserSchema = z
  .object({ name, role })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { message: "expected at least one of name, role" });

export const resetPasswordSchema = z.object({ password });

export const changePasswordSchema = z.object({
  current_password: z
    .string({ error: "expected your current password" })
    .min(1, "expected your current password"),
  new_password: password,
});

export const signInSchema = z.object({
  email: z
    .string({ error: "expected an e-mail address" })
    .trim()
    .toLowerCase()
    .min(1, "expected an e-mail address"),
  password: z.string({ error: "expected a password" }).min(1, "expected a password"),
});

export interface UserDto {
  id: string;
  name: string;
  email: string;
  role: Role;
  created_at: string;
  /** The start of the newest session; null when none is left. */
  last_sign_in_at: string | null;
}

export interface SessionDto {
  id: string;
  user: { id: string; name: string; email: string };
  created_at: string;
  expires_at: string;
  ip_address: string | null;
  user_agent: string | null;
}
