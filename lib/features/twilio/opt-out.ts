import type pg from "pg";

/** `reply`: they wrote STOP; `provider`: Twilio refused the number as opted out. */
export async function optOut(
  client: pg.PoolClient,
  number: string,
  source: "reply" | "provider",
): Promise<void> {
  await client.query("INSERT INTO phone_opt_out (number, source) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
    number,
    source,
  ]);
}

export async function optIn(client: pg.PoolClient, number: string): Promise<void> {
  await client.query("DELETE FROM phone_opt_out WHERE number = $1", [number]);
}
