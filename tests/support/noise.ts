import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Notification } from "@/lib/channels/notification";
import { createSilence } from "@/lib/features/silences/commands";
import type { Runtime } from "@/lib/runtime";
import { attendDue } from "@/lib/worker/attention/attend";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { evaluate, OPERATOR, type Scene, scene, settle } from "./alerting";
import { createRuntime } from "./database";

export let runtime: Runtime & { close(): Promise<void> };
export let stage: Scene;

/** A database for the file, and a scene at the real time for each test. */
export function setUpNoise(): void {
  beforeAll(async () => {
    runtime = await createRuntime();
  });
  beforeEach(async () => {
    stage = await scene(runtime);
    // Commands know the real clock only.
    stage.now = Date.now();
  });
  afterAll(() => runtime.close());
}

/** Lets seconds pass, and does what is due then: evaluation first, as a worker that was late would. */
export async function pass(engine: Engine, seconds: number): Promise<void> {
  stage.pass(seconds);
  await settle(engine, stage, stage.now);
  await attend();
}

/** Twice, as by two servers: what is done once must not be done again. */
export async function attend(): Promise<void> {
  await Promise.all([attendDue(runtime, stage.now), attendDue(runtime, stage.now)]);
}

export async function fire(engine: Engine, ...keys: string[]): Promise<void> {
  for (const key of keys) await stage.post(key, 10);
  await evaluate(engine, stage);
}

/** `kind:why` of each delivery in order, without why where it was queued. */
export async function told(channel?: string): Promise<string[]> {
  const { rows } = await runtime.db.pool.query<{ kind: string; muted_by: string | null; channel_id: string }>(
    "SELECT kind, muted_by, channel_id FROM delivery ORDER BY seq",
  );
  return rows
    .filter(({ channel_id }) => channel === undefined || channel_id === channel)
    .map(({ kind, muted_by }) => (muted_by === null ? kind : `${kind}:${muted_by}`));
}

export const silence = async (matcher: Record<string, unknown>, seconds: number, comment = "") =>
  createSilence({
    actor: OPERATOR,
    input: { matcher, starts_at: stage.now, ends_at: stage.now + seconds * 1_000, comment },
  });

export async function details(): Promise<(string | undefined)[]> {
  const rows = await runtime.db.prisma.delivery.findMany({
    where: { mutedBy: null },
    orderBy: { seq: "asc" },
  });
  return rows.map((row) => (row.notification as unknown as Notification).detail);
}
