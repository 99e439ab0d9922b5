import type pg from "pg";
import { budgetDay } from "@/lib/domain/delivery/budget";
import { SMS_BUDGET } from "./queries";

/** Counts SMS that Twilio has taken, by the day of the budget's zone. */
export async function addSmsUsage(
  client: Pick<pg.PoolClient, "query">,
  messages: number,
  at: number,
): Promise<void> {
  const { rows } = await client.query<{ zone: string | null }>(
    "SELECT value->>'time_zone' AS zone FROM setting WHERE name = $1",
    [SMS_BUDGET],
  );
  await client.query(
    `INSERT INTO sms_usage AS u (day, messages) VALUES ($1, $2)
     ON CONFLICT (day) DO UPDATE SET messages = u.messages + EXCLUDED.messages`,
    [budgetDay(rows[0]?.zone ?? "UTC", at), messages],
  );
}
