import { type Advice, adviseRule } from "@/lib/domain/alerting/advice";
import type { RuleInput, Scope } from "@/lib/domain/alerting/rule";
import { runtime } from "@/lib/runtime";
import { definitionOf } from "./definition";

/** What an operator should know of a rule; `id` is its own, null before it is stored. */
export async function adviceFor(definition: RuleInput, id: string | null): Promise<Advice[]> {
  const { prisma, pool } = runtime().db;
  const [rows, counts, channelsOn] = await Promise.all([
    prisma.rule.findMany({
      where: {
        metric: definition.metric,
        enabled: true,
        deletedAt: null,
        ...(id === null ? {} : { id: { not: id } }),
      },
      orderBy: { createdAt: "asc" },
    }),
    pool.query<{ keys: number; limited: number }>(COUNTS_SQL, countValues(definition.scope)),
    prisma.channel.count({ where: { id: { in: definition.channels }, enabled: true, deletedAt: null } }),
  ]);
  return adviseRule(definition, {
    others: rows.map((row) => ({ id: row.id, name: row.name, definition: definitionOf(row) })),
    keys: counts.rows[0]?.keys ?? 0,
    limited: counts.rows[0]?.limited ?? 0,
    channelsOn,
  });
}

const COUNTS_SQL = `SELECT count(*)::int AS keys,
         count(*) FILTER (WHERE EXISTS (SELECT 1 FROM key_limit l WHERE l.key_id = k.id))::int AS limited
    FROM api_key k LEFT JOIN pool p ON p.id = k.pool_id
   WHERE k.retired_at IS NULL AND ($1::int8 IS NULL OR k.id = $1) AND ($2::text IS NULL OR k.provider = $2)
     AND ($3::text IS NULL OR p.id = $3 OR p.name = $3) AND (NOT $4::bool OR p.id IS NOT NULL)`;

const countValues = ({ each, key, provider, pool }: Scope) => [
  key ?? null,
  provider ?? null,
  pool ?? null,
  each === "pool",
];
