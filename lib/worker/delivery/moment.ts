import type pg from "pg";
import { type Held, type Hold, type Moment, pairOf } from "@/lib/domain/delivery/admission";
import { budgetDay, budgetUsedUntil } from "@/lib/domain/delivery/budget";
import { keepsIncidents } from "@/lib/domain/delivery/kind";
import { Buckets, type Draw, drawsOf } from "@/lib/domain/delivery/limits";
import { type QuietHours, quietUntil } from "@/lib/domain/delivery/quiet";
import type { Target } from "@/lib/features/deliveries/instead";
import { SMS_BUDGET, storedBudget } from "@/lib/features/sms-budget/queries";

/** Queued messages that have not been let through. */
export const WAITING = "state = 'queued' AND admitted_at IS NULL";

/** What admission decides by, read in its transaction. */
export interface Around {
  moment: Moment;
  buckets: Buckets;
  /** Who is told in place of an SMS channel whose budget is used up. */
  targetOf(channelId: string): Target | null;
}

interface ChannelRow {
  id: string;
  kind: string;
  config: { to?: unknown };
  quiet_hours: QuietHours | null;
  fallback_id: string | null;
}

export async function readAround(
  client: pg.PoolClient,
  now: number,
  concerned: readonly { channelId: string }[],
): Promise<Around> {
  const ids = [...new Set(concerned.map(({ channelId }) => channelId))];
  const channels = await client.query<ChannelRow>(
    "SELECT id, kind, config, quiet_hours, fallback_id FROM channel WHERE id = ANY($1)",
    [ids],
  );
  const byId = new Map(channels.rows.map((row) => [row.id, row]));
  const recipientsOf = (id: string): string[] => {
    const to = byId.get(id)?.config.to;
    return Array.isArray(to) ? to.map(String) : [];
  };
  const draws = new Map(
    channels.rows.map(({ id, kind }) => [id, drawsOf({ id, kind, recipients: recipientsOf(id) })]),
  );
  const buckets = await readBuckets(client, [...draws.values()].flat(), now);
  const sms = channels.rows.some(({ kind }) => kind === "sms");
  const budget = sms ? await readBudget(client, now) : null;
  const costOf = (id: string) => (byId.get(id)?.kind === "sms" ? Math.max(1, recipientsOf(id).length) : 0);
  const targets = await readTargets(client, [
    ...channels.rows.flatMap(({ fallback_id }) => fallback_id ?? []),
    ...(budget?.channel ? [budget.channel] : []),
  ]);
  const moment: Moment = {
    now,
    windows: await readWindows(client, ids),
    held: await readHeld(client, ids),
    direct: (channelId) => keepsIncidents(byId.get(channelId)?.kind ?? ""),
    quietUntil(channelId, critical) {
      const quiet = byId.get(channelId)?.quiet_hours ?? null;
      if (quiet === null || (critical && quiet.critical_breaks_through)) return null;
      return quietUntil(quiet, now);
    },
    budgetUntil(channelId) {
      const cost = costOf(channelId);
      return budget === null || cost === 0 ? null : budgetUsedUntil(budget, budget.spent, cost, now);
    },
    take(channelId) {
      const wait = buckets.take(draws.get(channelId) ?? []);
      if (wait === 0 && budget !== null) {
        budget.spent.today += costOf(channelId);
        budget.spent.thisMonth += costOf(channelId);
      }
      return wait;
    },
  };
  return {
    moment,
    buckets,
    targetOf(channelId) {
      const own = targets.get(byId.get(channelId)?.fallback_id ?? "");
      const found = own !== undefined && own.kind !== "sms" ? own : targets.get(budget?.channel ?? "");
      return found === undefined || found.kind === "sms" ? null : found;
    },
  };
}

async function readBuckets(client: pg.PoolClient, draws: readonly Draw[], now: number): Promise<Buckets> {
  const { rows } = await client.query<{ name: string; tokens: number; filled_at: number }>(
    "SELECT name, tokens, filled_at FROM send_bucket WHERE name = ANY($1)",
    [[...new Set(draws.map(({ name }) => name))]],
  );
  return new Buckets(
    new Map(rows.map(({ name, tokens, filled_at }) => [name, { tokens, filledAt: filled_at }])),
    now,
  );
}

/** The budget with what was sent, and what is let through but not sent yet. */
async function readBudget(client: pg.PoolClient, now: number) {
  const stored = await client.query<{ value: unknown }>("SELECT value FROM setting WHERE name = $1", [
    SMS_BUDGET,
  ]);
  const budget = storedBudget(stored.rows[0]?.value);
  if (budget.per_day === null && budget.per_month === null) return null;
  const today = budgetDay(budget.time_zone, now);
  const { rows } = await client.query<{ day: string; messages: number }>(
    "SELECT day, messages FROM sms_usage WHERE day LIKE $1",
    [`${today.slice(0, 7)}-%`],
  );
  const open = await client.query<{ messages: number }>(
    `SELECT coalesce(sum(greatest(0, jsonb_array_length(c.config->'to') - jsonb_array_length(d.reached))), 0)::int8 AS messages
       FROM delivery d JOIN channel c ON c.id = d.channel_id
      WHERE c.kind = 'sms' AND d.state IN ('queued', 'sending') AND d.admitted_at IS NOT NULL`,
  );
  const onTheWay = open.rows[0]?.messages ?? 0;
  const sum = (days: typeof rows) => days.reduce((total, { messages }) => total + messages, onTheWay);
  return { ...budget, spent: { today: sum(rows.filter(({ day }) => day === today)), thisMonth: sum(rows) } };
}

async function readTargets(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<Map<string, Target & { kind: string }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Target & { kind: string }>(
    "SELECT id, name, kind FROM channel WHERE id = ANY($1) AND enabled AND deleted_at IS NULL",
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function readWindows(client: pg.PoolClient, channelIds: readonly string[]): Promise<Moment["windows"]> {
  const { rows } = await client.query<{
    channel_id: string;
    rule_id: string;
    opener: string;
    opened_at: number;
  }>(
    `SELECT channel_id, rule_id, opener, opened_at FROM delivery_window
      WHERE channel_id = ANY($1) AND opened_at > now() - interval '1 minute'`,
    [channelIds],
  );
  return new Map(
    rows.map(({ channel_id, rule_id, opener, opened_at }) => [
      pairOf(channel_id, rule_id),
      { opener, openedAt: opened_at },
    ]),
  );
}

async function readHeld(client: pg.PoolClient, channelIds: readonly string[]): Promise<Moment["held"]> {
  const { rows } = await client.query<{
    channel_id: string;
    incident_id: string;
    hold: Hold;
    held_until: number;
  }>(
    `SELECT DISTINCT ON (channel_id, incident_id) channel_id, incident_id, hold, held_until
       FROM delivery WHERE ${WAITING} AND held_until > now() AND incident_id IS NOT NULL AND channel_id = ANY($1)
      ORDER BY channel_id, incident_id, seq`,
    [channelIds],
  );
  return new Map(
    rows.map(({ channel_id, incident_id, hold, held_until }): [string, Held] => [
      pairOf(channel_id, incident_id),
      { hold, until: held_until },
    ]),
  );
}
