import { beforeAll, describe, expect, it } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { insertChannel, insertIncident, postpone, queue, read, until } from "../support/deliveries";
import { dispatcherStage } from "../support/dispatching";

const stage = dispatcherStage();
const { start, copies, wake } = stage;
let { runtime, smtp } = stage;
beforeAll(() => {
  ({ runtime, smtp } = stage);
});

const mail = () => insertChannel(runtime, "email", ["ops@example.com"]);

/** A new message of an incident, as the evaluator writes it. */
async function say(
  channel: string,
  kind: Notification["kind"] = "firing",
  {
    incident,
    key = "key",
    severity = "warning",
  }: { incident?: string; key?: string; severity?: "warning" | "critical" } = {},
): Promise<{ id: string; incident: string }> {
  const about = incident ?? (await insertIncident(runtime));
  const subject = { kind: "key" as const, name: key, hint: "sk-…", provider: "openai" };
  const id = await queue(runtime, {
    channel,
    incident: about,
    kind,
    notification: { subject, severity },
    fresh: true,
  });
  wake();
  return { id, incident: about };
}

/** As if the hold were over. */
async function endHolds(): Promise<void> {
  await runtime.db.pool.query(
    "UPDATE delivery SET held_until = now() WHERE held_until IS NOT NULL AND admitted_at IS NULL",
  );
  wake();
}

const held = (hold: string) => (row: { hold: string | null }) => row.hold === hold;

describe("followers of a rule", () => {
  it("wait behind the first, and come as one", async () => {
    const channel = await mail();
    const first = await say(channel, "firing", { key: "first" });
    start();
    await until(runtime, first.id, "sent");
    const followers = [];
    for (const key of ["second", "third", "fourth"]) followers.push(await say(channel, "firing", { key }));
    const last = await say(channel, "firing", { key: "worst", severity: "critical" });
    for (const { id } of [...followers, last]) {
      const row = await until(runtime, id, held("followers rule_1"));
      const wait = (row.heldUntil?.getTime() ?? 0) - (await read(runtime, first.id)).createdAt.getTime();
      expect(wait).toBeGreaterThan(25_000);
      expect(wait).toBeLessThanOrEqual(31_000);
    }
    // The first one's own resolution waits for nobody.
    const resolved = await say(channel, "resolved", { incident: first.incident, key: "first" });
    await until(runtime, resolved.id, "sent");
    // One of them recovers meanwhile.
    const over = await say(channel, "resolved", { incident: followers[0]?.incident ?? "", key: "second" });
    await until(runtime, over.id, held("followers rule_1"));

    await endHolds();
    const told = await until(runtime, last.id, "suppressed");
    const digest = await until(runtime, told.toldBy ?? "", "sent");
    expect(digest).toMatchObject({ kind: "digest", incidentId: null, attemptCount: 1 });
    for (const { id } of [...followers, last, over]) {
      const row = await read(runtime, id);
      expect(row).toMatchObject({
        state: "suppressed",
        toldBy: digest.id,
        reason: `Told in the digest ${digest.id}`,
      });
    }
    const [copy, ...more] = copies(digest.id);
    expect(more).toHaveLength(0);
    expect(copy?.mail.subject).toBe("[critical] 4 alerts: 1 critical, 2 warning, 1 resolved");
    expect(copy?.mail.text).toMatch(
      /Critical:\s+worst: .*\n.*Warning:\s+third: .*\n.*Warning:\s+fourth: .*\n.*Resolved:\s+second/,
    );
    // Each incident's timeline says by what it was told.
    for (const { incident } of [...followers, last]) {
      const events = await runtime.db.prisma.incidentEvent.findMany({ where: { incidentId: incident } });
      expect(
        new Set(events.map(({ kind, data }) => `${kind} ${(data as { delivery: string }).delivery}`)),
      ).toEqual(new Set([`notified ${digest.id}`]));
    }
  });

  it("are told by themselves when there is one only, or a firing and its recovery", async () => {
    const channel = await mail();
    const first = await say(channel);
    start();
    await until(runtime, first.id, "sent");
    const alone = await say(channel);
    await until(runtime, alone.id, held("followers rule_1"));
    await endHolds();
    await until(runtime, alone.id, "sent");
    const fired = await say(channel);
    const recovered = await say(channel, "resolved", { incident: fired.incident });
    await until(runtime, recovered.id, held("followers rule_1"));
    await endHolds();
    expect(await until(runtime, recovered.id, "sent")).toMatchObject({ kind: "fired_and_recovered" });
    expect(await read(runtime, fired.id)).toMatchObject({ state: "suppressed", toldBy: recovered.id });
  });

  it("never keep back an escalation, which tells its firing as well", async () => {
    const channel = await mail();
    const first = await say(channel);
    start();
    await until(runtime, first.id, "sent");
    const follower = await say(channel);
    await until(runtime, follower.id, held("followers rule_1"));
    const escalated = await say(channel, "escalated", { incident: follower.incident, severity: "critical" });
    await until(runtime, escalated.id, "sent");
    expect(await read(runtime, follower.id)).toMatchObject({
      state: "suppressed",
      toldBy: escalated.id,
      reason: `Escalated while it was held: told by the escalation in ${escalated.id}`,
    });
  });

  it("of other rules and channels go at once", async () => {
    const [one, other] = [await mail(), await mail()];
    const first = await say(one);
    const elsewhere = await say(other);
    const ofAnother = await insertIncident(runtime);
    const id = await queue(runtime, {
      channel: one,
      incident: ofAnother,
      notification: { rule: { id: "rule_2", name: "Another" } },
      fresh: true,
    });
    start();
    for (const sent of [first.id, elsewhere.id, id]) await until(runtime, sent, "sent");
  });
});

describe("order around a digest", () => {
  it("a resolution waits for the digest that tells its firing, and a digest for messages before it", async () => {
    const channel = await mail();
    const first = await say(channel, "firing", { key: "first" });
    start({ random: () => 0.9 });
    await until(runtime, first.id, "sent");
    const followers = [await say(channel), await say(channel)];
    for (const { id } of followers) await until(runtime, id, held("followers rule_1"));
    smtp.setBehaviour("450");
    await endHolds();
    const digest = (await until(runtime, followers[0]?.id ?? "", "suppressed")).toldBy ?? "";
    await until(runtime, digest, (row) => row.attempts[0]?.outcome === "not_sent");
    await postpone(runtime, digest);
    await runtime.db.pool.query("TRUNCATE delivery_window");
    const resolved = await say(channel, "resolved", { incident: followers[0]?.incident ?? "" });
    await until(runtime, resolved.id, (row) => row.admittedAt !== null);
    smtp.setBehaviour("ok");
    // Somebody else's message shows that the queue was looked at since.
    await until(runtime, await queue(runtime, { channel }), "sent");
    expect(await read(runtime, resolved.id)).toMatchObject({ state: "queued", attemptCount: 0 });
    await runtime.db.pool.query("UPDATE delivery SET next_attempt_at = now() WHERE id = $1", [digest]);
    const last = await until(runtime, resolved.id, "sent");
    const before = await read(runtime, digest);
    expect(before.state).toBe("sent");
    expect(last.attempts[0]?.startedAt.getTime()).toBeGreaterThanOrEqual(before.finishedAt?.getTime() ?? 0);
  });
});

it("two workers let each message through once, and hold what either of them opened", async () => {
  const channel = await mail();
  const ids: string[] = [];
  start();
  start();
  for (let i = 0; i < 40; i++) ids.push((await say(channel)).id);
  const rows = await Promise.all(
    ids.map((id) => until(runtime, id, (row) => row.state === "sent" || row.hold !== null)),
  );
  expect(rows.filter(({ state }) => state === "sent")).toHaveLength(1);
  await endHolds();
  const digests = new Set<string | null>();
  for (const row of rows) {
    if (row.state === "sent") continue;
    digests.add((await until(runtime, row.id, "suppressed")).toldBy);
  }
  expect(digests.size).toBe(1);
  await until(runtime, [...digests][0] ?? "", "sent");
});
