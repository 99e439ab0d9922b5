import type { Tx } from "@/lib/db/client";
import type { RuleInput, Scope } from "@/lib/domain/alerting/rule";
import { AppError, type Issue } from "@/lib/errors";

/** Throws `invalid` when the scope, the channels or the steps of escalation name what does not exist. */
export async function assertReferences(tx: Tx, rule: References): Promise<void> {
  const issues = await referenceIssues(tx, rule);
  const first = issues[0];
  if (first !== undefined) throw new AppError("invalid", `${first.path}: ${first.message}`, { issues });
}

type References = Pick<RuleInput, "scope" | "channels" | "escalation">;

/** What the scope, the channels and the steps of escalation name that does not exist. */
export async function referenceIssues(tx: Tx, { scope, channels, escalation }: References): Promise<Issue[]> {
  const lists = [
    { path: "channels", ids: channels },
    ...escalation.map((step, index) => ({ path: `escalation.${index}.channels`, ids: step.channels })),
  ];
  const known = await tx.channel.findMany({
    where: { id: { in: lists.flatMap(({ ids }) => ids) }, deletedAt: null },
    select: { id: true },
  });
  const exists = new Set(known.map(({ id }) => id));
  return [
    ...(await scopeIssues(tx, scope)),
    ...lists.flatMap(({ path, ids }) => channelIssues(path, ids, exists)),
  ];
}

function channelIssues(path: string, ids: readonly string[], exists: ReadonlySet<string>): Issue[] {
  return ids.flatMap((id, index) => {
    const at = `${path}.${index}`;
    if (!exists.has(id)) return [{ path: at, message: `there is no channel ${id.slice(0, 40)}` }];
    return ids.indexOf(id) === index ? [] : [{ path: at, message: `names ${id} a second time` }];
  });
}

async function scopeIssues(tx: Tx, { key, pool, source }: Scope): Promise<Issue[]> {
  const issues: Issue[] = [];
  if (key !== undefined && (await tx.apiKey.count({ where: { id: BigInt(key) } })) === 0) {
    issues.push({ path: "scope.key", message: `there is no key ${key}` });
  }
  if (pool !== undefined && (await tx.pool.count({ where: { OR: [{ id: pool }, { name: pool }] } })) === 0) {
    issues.push({ path: "scope.pool", message: `there is no pool ${pool.slice(0, 40)}` });
  }
  if (source !== undefined) {
    const id = /^[1-9]\d{0,9}$/.test(source) ? Number(source) : Number.NaN;
    const byId = id <= 2_147_483_647 ? [{ id }] : [];
    if ((await tx.source.count({ where: { OR: [...byId, { name: source }] } })) === 0) {
      issues.push({ path: "scope.source", message: `there is no source ${source.slice(0, 40)}` });
    }
  }
  return issues;
}
