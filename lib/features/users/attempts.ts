import { createHash } from "node:crypto";
import { newId } from "@/lib/crypto";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

const WINDOW_MS = 5 * 60_000;

/**
 * Failed sign-ins allowed in five minutes. The pair is the tight one; an e-mail alone has more room, so that nobody can
 * keep a colleague out by guessing from one address.
 */
const ALLOWED = { pair: 5, address: 20, email: 50 } as const;

function keysOf(address: string, email: string): { key: string; allowed: number }[] {
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return [
    { key: `sign-in:pair:${hash(`${address}\0${email}`)}`, allowed: ALLOWED.pair },
    { key: `sign-in:address:${hash(address)}`, allowed: ALLOWED.address },
    { key: `sign-in:email:${hash(email)}`, allowed: ALLOWED.email },
  ];
}

export const duration = (seconds: number): string => {
  const [n, unit] = seconds > 90 ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
};

/**
 * Counts one attempt before the password is looked at, so that concurrent guesses cannot slip past. Throws
 * `rate_limited` with the time to wait; `forgive` takes a successful attempt back.
 */
export async function countAttempt(address: string, email: string, now: number): Promise<void> {
  const keys = keysOf(address, email);
  const { pool } = runtime().db;
  // `last_request` is moved only when a new window begins.
  const { rows } = await pool.query<{ key: string; count: number; last_request: number }>(
    `INSERT INTO rate_limit AS r (id, key, count, last_request)
     SELECT id, key, 1, $3::int8 FROM unnest($1::text[], $2::text[]) AS t(id, key) ORDER BY key
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN r.last_request <= $3::int8 - $4::int8 THEN 1 ELSE r.count + 1 END,
       last_request = CASE WHEN r.last_request <= $3::int8 - $4::int8 THEN $3::int8 ELSE r.last_request END
     RETURNING key, count, last_request`,
    [keys.map(() => newId("rl")), keys.map(({ key }) => key), now, WINDOW_MS],
  );
  const waits = keys.flatMap(({ key, allowed }) => {
    const row = rows.find((candidate) => candidate.key === key);
    return row !== undefined && row.count > allowed ? [row.last_request + WINDOW_MS - now] : [];
  });
  if (waits.length === 0) return;
  const seconds = Math.max(1, Math.ceil(Math.max(...waits) / 1000));
  throw new AppError("rate_limited", `Too many sign-in attempts. Try again in ${duration(seconds)}.`, {
    retryAfterS: seconds,
  });
}

/** Takes a counted attempt back after the right password, and drops what has run out. */
export async function forgiveAttempt(address: string, email: string, now: number): Promise<void> {
  const [pair, ...shared] = keysOf(address, email).map(({ key }) => key);
  const { pool } = runtime().db;
  await pool.query("UPDATE rate_limit SET count = greatest(count - 1, 0) WHERE key = ANY($1)", [shared]);
  await pool.query("DELETE FROM rate_limit WHERE key = $1 OR last_request <= $2", [pair, now - WINDOW_MS]);
}
