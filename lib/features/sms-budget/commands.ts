import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { getSmsBudget, SMS_BUDGET } from "./queries";
import { type SmsBudgetDto, smsBudgetSchema } from "./schemas";

/** Replaces the budget. Needs `admin`. Throws `invalid`. */
export async function setSmsBudget({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<SmsBudgetDto> {
  authorise(actor, "admin");
  const budget = parse(smsBudgetSchema, input);
  await write(async (tx) => {
    if (budget.channel !== null) {
      const target = await tx.channel.findFirst({ where: { id: budget.channel, deletedAt: null } });
      if (target === null || target.kind === "sms") {
        const message =
          target === null ? "there is no such channel" : "expected a channel of another kind than sms";
        throw new AppError("invalid", `channel: ${message}`, { issues: [{ path: "channel", message }] });
      }
    }
    await tx.setting.upsert({
      where: { name: SMS_BUDGET },
      create: { name: SMS_BUDGET, value: budget },
      update: { value: budget },
    });
    await recordChange(tx, actor, {
      action: "sms_budget.update",
      entity: "setting",
      entityId: SMS_BUDGET,
      changes: budget,
    });
    // What waits for the next day may go at once under another budget.
    await tx.$executeRaw`
      UPDATE delivery SET hold = NULL, held_until = NULL
       WHERE state = 'queued' AND admitted_at IS NULL AND hold = 'budget'`;
    await tx.$executeRaw`SELECT pg_notify('keygauge_delivery', '')`;
  });
  return getSmsBudget();
}
