import type pg from "pg";
import type { DigestCause, Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import type { Hold } from "@/lib/domain/delivery/admission";
import type { Line, Release } from "@/lib/domain/delivery/digest";
import { suppressAll } from "@/lib/features/deliveries/bulk";
import { firedAndRecovered } from "./recovered";

/** Alerts that a digest names; the others are counted, and its page lists them. */
const MOST_LINES = 20;

export interface ReleaseContext {
  channelId: string;
  hold: Hold;
  appUrl: string;
  /** false: a digest that has yet to be let through, on another channel. */
  admitted: boolean;
}

/** Sends a held message on its way, in the form that was decided. Returns what opens the window: its incident, or the digest. */
export async function release(client: pg.PoolClient, one: Release, context: ReleaseContext): Promise<string> {
  switch (one.kind) {
    case "single":
      return admitOne(client, one.id);
    case "merged":
      return mergeHeld(client, one);
    case "digest":
      return sendDigest(client, one, context);
  }
}

async function admitOne(client: pg.PoolClient, id: string): Promise<string> {
  const { rows } = await client.query<{ incident_id: string | null }>(
    `UPDATE delivery SET admitted_at = now(), hold = NULL, held_until = NULL WHERE id = $1 RETURNING incident_id`,
    [id],
  );
  return rows[0]?.incident_id ?? id;
}

async function mergeHeld(client: pg.PoolClient, one: Extract<Release, { kind: "merged" }>): Promise<string> {
  const read = await readNotifications(client, [one.into, one.facts]);
  const resolved = read.get(one.into);
  const firing = read.get(one.facts);
  if (resolved !== undefined && firing !== undefined) {
    await client.query("UPDATE delivery SET kind = 'fired_and_recovered', notification = $2 WHERE id = $1", [
      one.into,
      JSON.stringify(firedAndRecovered(firing, resolved)),
    ]);
  }
  const reason = `Recovered before it was sent: told together with the recovery in ${one.into}`;
  await suppressAll(client, { ids: one.told, toldBy: one.into, reason, timeline: true });
  return admitOne(client, one.into);
}

async function sendDigest(
  client: pg.PoolClient,
  one: Extract<Release, { kind: "digest" }>,
  { channelId, hold, appUrl, admitted }: ReleaseContext,
): Promise<string> {
  const id = newId("dlv");
  const shown = one.lines.slice(0, MOST_LINES);
  const read = await readNotifications(
    client,
    shown.map(({ facts }) => facts),
  );
  const lines = shown.flatMap(({ facts, kind }) => {
    const said = read.get(facts);
    if (said === undefined) return [];
    // A small chart for each would make the message, and its row, a hundred times as long.
    const { series: _chart, ...line } = said;
    return [{ ...line, kind: kind as Notification["kind"] }];
  });
  const notification = digestOf(lines, one.lines, {
    cause: causeOf(hold),
    link: `${appUrl}/deliveries/${id}`,
  });
  await client.query(
    `INSERT INTO delivery (id, channel_id, kind, notification, admitted_at)
     VALUES ($1, $2, 'digest', $3, CASE WHEN $4 THEN now() END)`,
    [id, channelId, JSON.stringify(notification), admitted],
  );
  await suppressAll(client, {
    ids: one.told,
    toldBy: id,
    reason: `Told in the digest ${id}`,
    timeline: false,
  });
  return id;
}

function digestOf(
  lines: readonly Notification[],
  all: readonly Line[],
  { cause, link }: { cause: DigestCause; link: string },
): Notification {
  const worst = lines[0];
  if (worst === undefined) throw new Error("A digest needs a line");
  const counts = { critical: 0, warning: 0, no_data: 0, resolved: 0 };
  for (const line of all) counts[countedAs(line)] += 1;
  const sameRule = lines.every(({ rule }) => rule.id === worst.rule.id);
  const { detail: _detail, facts: _facts, ...facts } = worst;
  return {
    ...facts,
    kind: "digest",
    severity: counts.critical > 0 ? "critical" : counts.warning > 0 ? "warning" : null,
    rule: sameRule && cause === "followers" ? worst.rule : { id: "", name: "Several rules" },
    incident: null,
    subject: { kind: "several", count: all.length },
    digest: { cause, counts, lines: [...lines] },
    links: { incident: link },
  };
}

function countedAs({ kind, critical }: Line): "critical" | "warning" | "no_data" | "resolved" {
  if (kind === "resolved" || kind === "fired_and_recovered") return "resolved";
  if (kind === "no_data") return "no_data";
  return critical ? "critical" : "warning";
}

function causeOf(hold: Hold): DigestCause {
  if (hold === "quiet") return "quiet";
  return hold === "limit" || hold === "budget" ? "limit" : "followers";
}

async function readNotifications(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<Map<string, Notification>> {
  const { rows } = await client.query<{ id: string; notification: Notification }>(
    "SELECT id, notification FROM delivery WHERE id = ANY($1)",
    [ids],
  );
  return new Map(rows.map(({ id, notification }) => [id, notification]));
}
