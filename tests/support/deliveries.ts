import { vi } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import type { Runtime } from "@/lib/runtime";
import { firing } from "./channels";

/** A channel's row, as commands write it. Returns the id. */
export async function insertChannel(runtime: Runtime, kind: "email" | "sms", to: string[]): Promise<string> {
  const id = newId("chan");
  await runtime.db.prisma.channel.create({
    data: { id, name: `${kind} of the team`, kind, config: { to }, createdBy: "test" },
  });
  return id;
}

/** An open incident's row, as the evaluator writes it. Returns the id. */
export async function insertIncident(runtime: Runtime): Promise<string> {
  const id = newId("inc");
  await runtime.db.prisma.incident.create({
    data: {
      id,
      ruleId: "rule_1",
      ruleName: "Requests near the limit",
      rule: {},
      scopeKey: "key:1",
      state: "firing",
      severity: "critical",
      startedAt: new Date(firing().at),
    },
  });
  return id;
}

export interface Queued {
  channel: string;
  incident?: string | null;
  kind?: Notification["kind"];
  notification?: Partial<Notification>;
  /** As a new message, which may be held; else it has been let through. */
  fresh?: boolean;
}

/** A queued delivery's row, as the evaluator writes it. Returns the id. */
export async function queue(runtime: Runtime, delivery: Queued): Promise<string> {
  const id = newId("dlv");
  const { channel, incident = null, kind = "firing", notification = {}, fresh = false } = delivery;
  const says: Notification = firing({
    kind,
    incident: incident === null ? null : { id: incident, startedAt: firing().at },
    ...notification,
  });
  await runtime.db.prisma.delivery.create({
    data: {
      id,
      channelId: channel,
      incidentId: incident,
      transitionId: newId("tr"),
      kind,
      notification: JSON.parse(JSON.stringify(says)),
      admittedAt: fresh ? null : new Date(),
    },
  });
  return id;
}

/** The delivery's row with its attempts, in order, all of one moment: Prisma reads them one after the other. */
export async function read(runtime: Runtime, id: string) {
  return runtime.db.prisma.$transaction(
    (tx) =>
      tx.delivery.findUniqueOrThrow({
        where: { id },
        include: { attempts: { orderBy: { number: "asc" } }, channel: true },
      }),
    { isolationLevel: "RepeatableRead" },
  );
}

export type DeliveryRow = Awaited<ReturnType<typeof read>>;

/** Waits for the row to be as wanted: in a state, or whatever `holds` says. */
export function until(
  runtime: Runtime,
  id: string,
  wanted: string | ((row: DeliveryRow) => boolean),
): Promise<DeliveryRow> {
  return vi.waitFor(
    async () => {
      const row = await read(runtime, id);
      const holds = typeof wanted === "string" ? row.state === wanted : wanted(row);
      if (!holds)
        throw new Error(
          `The delivery is ${row.state} after ${row.attempts.length} attempts: ${row.lastError}`,
        );
      return row;
    },
    { timeout: 15_000, interval: 10 },
  );
}

/** As if so much time had passed since the claim: its lease is over. */
export async function endLease(runtime: Runtime, id: string): Promise<void> {
  await runtime.db.pool.query("UPDATE delivery SET lease_until = now() - interval '1 second' WHERE id = $1", [
    id,
  ]);
}

/** Far enough for a test to look around before the next attempt. */
export async function postpone(runtime: Runtime, id: string): Promise<void> {
  await runtime.db.pool.query(
    "UPDATE delivery SET next_attempt_at = now() + interval '1 hour' WHERE id = $1",
    [id],
  );
}

/** As if the wait before the next attempt were over. */
export async function makeDue(runtime: Runtime, id: string): Promise<void> {
  await runtime.db.pool.query("UPDATE delivery SET next_attempt_at = now() WHERE id = $1", [id]);
}
