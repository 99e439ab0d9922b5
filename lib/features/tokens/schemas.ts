import { z } from "zod";
import { ROLES } from "@/lib/domain/access/actor";

export const createTokenSchema = z.object({
  name: z
    .string({ error: "expected a name" })
    .trim()
    .min(1, "expected a name")
    .max(100, "expected at most 100 characters"),
  role: z.enum(ROLES, { error: `expected one of ${ROLES.join(", ")}` }),
});

/** A management token; the token itself is shown only once, when it is made. */
export interface TokenDto {
  id: string;
  name: string;
  role: string;
  hint: string;
  created_by: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}
