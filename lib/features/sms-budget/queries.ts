import { budgetDay } from "@/lib/domain/delivery/budget";
import { runtime } from "@/lib/runtime";
import { type SmsBudgetDto, type StoredSmsBudget, smsBudgetSchema } from "./schemas";

export const SMS_BUDGET = "sms_budget";

/** The budget as it is stored; without bounds when none was set. */
export const storedBudget = (value: unknown): StoredSmsBudget => smsBudgetSchema.parse(value ?? {});

/** The budget, and what has been sent of it. */
export async function getSmsBudget(): Promise<SmsBudgetDto> {
  const { prisma } = runtime().db;
  const row = await prisma.setting.findUnique({ where: { name: SMS_BUDGET } });
  const budget = storedBudget(row?.value);
  const today = budgetDay(budget.time_zone, Date.now());
  const usage = await prisma.smsUsage.findMany({ where: { day: { startsWith: today.slice(0, 7) } } });
  return {
    ...budget,
    used_today: usage.find(({ day }) => day === today)?.messages ?? 0,
    used_this_month: usage.reduce((sum, { messages }) => sum + messages, 0),
  };
}
