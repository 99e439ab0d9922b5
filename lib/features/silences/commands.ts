import { newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { AppError, type Issue, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { plain } from "../deliveries/queue";
import { getSilence, noSilence } from "./queries";
import { createSilenceSchema, LONGEST_SILENCE_MS, type SilenceDto } from "./schemas";

/**
 * Keeps messages that match back for a time; states and incidents go on. Needs `operator`. Throws `invalid`, naming what
 * does not exist.
 */
export async function createSilence({ actor, input }: { actor: Actor; input: unknown }): Promise<SilenceDto> {
  authorise(actor, "operator");
  const now = Date.now();
  const { matcher, starts_at: startsAt = now, ends_at: endsAt, comment } = parse(createSilenceSchema, input);
  assertSpan(startsAt, endsAt, now);
  const id = newId("sil");
  const named = plain(matcher);
  const times = { starts_at: new Date(startsAt).toISOString(), ends_at: new Date(endsAt).toISOString() };
  await write(async (tx) => {
    await assertExists(tx, matcher);
    await tx.silence.create({
      data: {
        id,
        matcher: named,
        startsAt: new Date(startsAt),
        endsAt: new Date(endsAt),
        comment,
        createdBy: actor.name,
      },
    });
    await recordChange(tx, actor, {
      action: "silence.create",
      entity: "silence",
      entityId: id,
      changes: { matcher: named, ...times, comment },
    });
  });
  return getSilence(id);
}

/**
 * Ends a silence now: what is still firing is told within a second. Needs `operator`. Throws `not_found`, also when it
 * has ended.
 */
export async function endSilence({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  await write(async (tx) => {
    const now = new Date();
    const { count } = await tx.silence.updateMany({
      where: { id, deletedAt: null, endsAt: { gt: now } },
      data: { deletedAt: now },
    });
    if (count === 0) throw noSilence(id);
    // After the silence's row is locked: who kept something back because of it has committed by now. In order, so that
    // it cannot deadlock with evaluation.
    await tx.$executeRaw`
      UPDATE incident SET attention_at = to_timestamp(0)
       WHERE id IN (SELECT id FROM incident WHERE attention_at IS NOT NULL ORDER BY id FOR UPDATE)`;
    await recordChange(tx, actor, { action: "silence.end", entity: "silence", entityId: id });
  });
}

function assertSpan(startsAt: number, endsAt: number, now: number): void {
  const message =
    endsAt <= startsAt
      ? "must be later than starts_at"
      : endsAt <= now
        ? "must be in the future"
        : endsAt - startsAt > LONGEST_SILENCE_MS
          ? "must be at most 366 days after starts_at: switch the rule off instead"
          : null;
  if (message === null) return;
  throw new AppError("invalid", `ends_at: ${message}`, { issues: [{ path: "ends_at", message }] });
}

/** A matcher of what is not there would silence nothing, and nobody would notice. */
async function assertExists(tx: Tx, { key, keys = [], pool, rule }: SilenceMatcher): Promise<void> {
  const issues: Issue[] = [];
  const missing = (path: string, what: string) => issues.push({ path: `matcher.${path}`, message: what });
  if (key !== undefined && (await tx.apiKey.count({ where: { id: BigInt(key) } })) === 0) {
    missing("key", `there is no key ${key}`);
  }
  if (keys.length > 0) {
    const rows = await tx.apiKey.findMany({ where: { id: { in: keys.map(BigInt) } }, select: { id: true } });
    const known = new Set(rows.map(({ id }) => String(id)));
    keys.forEach((id, index) => {
      if (!known.has(id)) missing(`keys.${index}`, `there is no key ${id}`);
    });
  }
  if (pool !== undefined && (await tx.pool.count({ where: { OR: [{ id: pool }, { name: pool }] } })) === 0) {
    missing("pool", `there is no pool ${pool.slice(0, 40)}`);
  }
  if (rule !== undefined && (await tx.rule.count({ where: { id: rule, deletedAt: null } })) === 0) {
    missing("rule", `there is no rule ${rule.slice(0, 40)}`);
  }
  const first = issues[0];
  if (first !== undefined) throw new AppError("invalid", `${first.path}: ${first.message}`, { issues });
}
