import type { Prisma } from "@/lib/db/client";
import { type RuleInput, ruleInputSchema } from "@/lib/domain/alerting/rule";

/** The stored definition; it was checked when it was written. */
export function definitionOf(row: Pick<Prisma.RuleGetPayload<object>, "definition" | "enabled">): RuleInput {
  return { ...ruleInputSchema.parse(row.definition), enabled: row.enabled };
}
