import { beforeEach, expect, it, vi } from "vitest";
import { createRandom, type Random } from "@/lib/domain/simulation/random";
import { MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { ceilBucket } from "@/lib/domain/usage/window";
import { updateChannel } from "@/lib/features/channels/commands";
import { acknowledgeIncident } from "@/lib/features/incidents/commands";
import { createSilence } from "@/lib/features/silences/commands";
import { attendDue } from "@/lib/worker/attention/attend";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { evaluate, OPERATOR, type Scene, scene, settle } from "../support/alerting";
import { dispatcherStage } from "../support/dispatching";
import type { SmtpBehaviour } from "../support/smtp";

const mail = dispatcherStage();
const TROUBLE: SmtpBehaviour[] = ["421", "450", "550", "drop_before_data", "drop_after_data"];
const KEYS = ["k1", "k2", "k3", "k4", "k5", "k6"];

let stage: Scene;
beforeEach(async () => {
  stage = await scene(mail.runtime);
  // Commands know the real clock only; a whole minute makes every run the same.
  stage.now = ceilBucket(Date.now(), MINUTE) + 3 * SECOND;
});

/** One thing that happens to keys, incidents and channels. */
async function happen(random: Random, engine: Engine, channels: readonly string[]): Promise<void> {
  const dice = random.integer(20);
  if (dice < 12) {
    const together = random.chance(0.3) ? KEYS.slice(0, 4) : [random.pick(KEYS)];
    for (const key of together) {
      await stage.post(key, random.integer(18), { provider: key < "k5" ? "openai" : "mistral" });
    }
    await evaluate(engine, stage);
  } else if (dice < 17) {
    stage.pass(random.integer(60));
    await settle(engine, stage, stage.now);
  } else if (dice === 17) {
    const matcher = random.chance(0.5) ? { severity: "warning" } : { provider: "openai" };
    const until = stage.now + 1_000 * (20 + random.integer(40));
    await createSilence({ actor: OPERATOR, input: { matcher, starts_at: stage.now, ends_at: until } });
  } else if (dice === 18) {
    const open = (await stage.incidents()).filter(({ state }) => state === "firing");
    if (open.length > 0) await acknowledgeIncident({ actor: OPERATOR, id: random.pick(open).id });
  } else {
    for (const [index, id] of channels.entries()) {
      await updateChannel({ actor: OPERATOR, id, input: { enabled: index === 0 || random.chance(0.7) } });
    }
  }
  await attendDue(mail.runtime, stage.now);
}

/** Every wait ends at once, until nothing waits any more. */
async function deliver(): Promise<void> {
  const { pool } = mail.runtime.db;
  await vi.waitFor(
    async () => {
      await pool.query(
        "UPDATE delivery SET held_until = now() WHERE state = 'queued' AND held_until > now()",
      );
      await pool.query("UPDATE delivery SET next_attempt_at = now() WHERE state = 'queued'");
      mail.wake();
      const { rows } = await pool.query("SELECT id FROM delivery WHERE state IN ('queued', 'sending')");
      expect(rows).toEqual([]);
    },
    { timeout: 40_000, interval: 50 },
  );
}

it.each(["a", "b", "c"])(
  "no transition without a delivery that was accepted, dead or suppressed with a reason, and no copy that no ambiguity explains: %s",
  async (seed) => {
    const random = createRandom(`oracle ${seed}`);
    const channels = [await stage.channel(), await stage.channel()];
    const common = { channels, repeat_every: "1m", flapping: { transitions: 4, window: "2m" } };
    const tiers = [
      { severity: "warning", threshold: 8 },
      { severity: "critical", threshold: 16 },
    ];
    await stage.rule({ ...common, tiers });
    await stage.rule({ ...common, tiers, for: "10s", keep_firing_for: "20s", scope: { each: "provider" } });
    const engine = await stage.engine();
    mail.start();
    mail.start();
    for (let i = 0; i < 60; i++) {
      if (i % 6 === 0) mail.smtp.setBehaviour(random.pick(TROUBLE), random.integer(3));
      await happen(random, engine, channels);
      if (i % 6 === 5) await deliver();
    }
    // Windows empty, then what keeps firing resolves, then what flapped has settled.
    for (let i = 0; i < 3; i++) {
      stage.pass(600);
      await settle(engine, stage, stage.now);
      await attendDue(mail.runtime, stage.now);
    }
    expect((await stage.incidents()).every(({ state }) => state === "resolved")).toBe(true);
    await deliver();

    const { prisma } = mail.runtime.db;
    const transitions = await prisma.transition.findMany();
    const deliveries = await prisma.delivery.findMany({ include: { attempts: true } });
    expect(transitions.length).toBeGreaterThan(10);
    for (const { id, quiet } of transitions) {
      const told = deliveries.filter(({ transitionId }) => transitionId === id);
      // One a channel, or a reason why none was worth it.
      if (told.length === 0) expect(quiet).toBeTruthy();
      else expect(told.map(({ channelId }) => channelId).sort()).toEqual(channels.toSorted());
    }
    for (const { id, state, reason, attempts } of deliveries) {
      expect(["sent", "dead", "suppressed"]).toContain(state);
      if (state !== "sent") expect(reason).toBeTruthy();
      const ambiguities = attempts.filter(({ outcome }) => outcome === "ambiguous").length;
      const copies = mail.copies(id).length;
      expect(copies).toBeLessThanOrEqual(1 + ambiguities);
      if (state === "sent") expect(copies).toBeGreaterThan(0);
    }
  },
  90_000,
);
