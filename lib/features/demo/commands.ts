import { newId, newToken } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { announce, authorise, recordChange, write } from "../command";
import { LONGEST_SILENCE_MS } from "../silences/schemas";
import { freeSourceName } from "../sources/queries";
import { insertSource } from "../sources/store";
import { DEMO, demoKeys, getDemo } from "./queries";
import { type DemoDto, demoSchema, type StoredDemo } from "./schemas";

const SOURCE_NAME = "Demo traffic";

/**
 * Switches simulated traffic on, or off with everything of it deleted in the background. What it is already stays as it
 * is. Needs `admin`. Throws `conflict` while the former is still being deleted.
 */
export async function setDemo({ actor, input }: { actor: Actor; input: unknown }): Promise<DemoDto> {
  authorise(actor, "admin");
  const { on, silenced } = parse(demoSchema, input);
  if (on) await switchOn(actor, silenced);
  else await switchOff(actor);
  return getDemo();
}

async function switchOn(actor: Actor, silenced: boolean): Promise<void> {
  const name = await freeSourceName(SOURCE_NAME);
  await write(async (tx) => {
    const before = await locked(tx);
    if (before?.state === "on") return;
    if (before !== null) {
      throw new AppError(
        "conflict",
        "The former demo traffic is still being deleted. Try again in a moment.",
      );
    }
    const source = { name, format: "native", keyFrom: [] };
    // Its token is replaced by whoever sends, which alone knows it.
    const stored: StoredDemo = {
      state: "on",
      source: await insertSource(tx, actor, source, newToken("kgi")),
      since: new Date().toISOString(),
      silences: silenced ? await silence(tx, actor) : [],
    };
    await tx.setting.create({ data: { name: DEMO, value: { ...stored } } });
    await recordChange(tx, actor, {
      action: "demo_traffic.start",
      entity: "setting",
      entityId: DEMO,
      changes: { silenced },
    });
  });
}

async function switchOff(actor: Actor): Promise<void> {
  await write(async (tx) => {
    const before = await locked(tx);
    if (before?.state !== "on") return;
    const value: Prisma.InputJsonObject = { ...before, state: "removing" };
    await tx.setting.update({ where: { name: DEMO }, data: { value } });
    await recordChange(tx, actor, { action: "demo_traffic.stop", entity: "setting", entityId: DEMO });
  });
}

/** What is stored, with whoever else would change it waiting. */
async function locked(tx: Tx): Promise<StoredDemo | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(7420005)`;
  const row = await tx.setting.findUnique({ where: { name: DEMO } });
  return (row?.value as unknown as StoredDemo | undefined) ?? null;
}

/** Holds back what rules would tell of its keys. */
async function silence(tx: Tx, actor: Actor): Promise<string[]> {
  const providers = new Set(demoKeys().map(({ provider }) => provider));
  const startsAt = new Date();
  const rows = [...providers].map((provider) => ({
    id: newId("sil"),
    matcher: { provider },
    startsAt,
    endsAt: new Date(startsAt.getTime() + LONGEST_SILENCE_MS),
    comment: "Demo traffic",
    createdBy: actor.name,
  }));
  await tx.silence.createMany({ data: rows });
  await announce(tx, "silence", "all");
  return rows.map(({ id }) => id);
}
