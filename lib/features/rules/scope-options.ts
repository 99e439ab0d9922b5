import type { ScopeNames } from "@/lib/domain/alerting/describe";
import type { Scope } from "@/lib/domain/alerting/rule";
import { runtime } from "@/lib/runtime";

const MOST = 1_000;
const CONSUMER = 1;

/** One thing a rule can be narrowed to: what is stored, what people call it, and what tells it from its namesakes. */
export interface ScopeOption {
  value: string;
  label: string;
  hint?: string;
}

/** What there is to narrow a rule to; 1,000 of each at most. */
export interface ScopeOptions {
  key: ScopeOption[];
  provider: ScopeOption[];
  pool: ScopeOption[];
  source: ScopeOption[];
  consumer: ScopeOption[];
}

export async function scopeOptions(): Promise<ScopeOptions> {
  const { prisma } = runtime().db;
  const [keys, providers, pools, sources, consumers] = await Promise.all([
    prisma.apiKey.findMany({
      where: { retiredAt: null },
      select: { id: true, name: true, hint: true, provider: true },
      orderBy: [{ name: "asc" }, { hint: "asc" }],
      take: MOST,
    }),
    prisma.apiKey.findMany({
      where: { provider: { not: "" } },
      distinct: ["provider"],
      select: { provider: true },
      orderBy: { provider: "asc" },
      take: MOST,
    }),
    prisma.pool.findMany({ orderBy: [{ provider: "asc" }, { name: "asc" }], take: MOST }),
    prisma.source.findMany({ select: { id: true, name: true }, orderBy: { name: "asc" }, take: MOST }),
    prisma.dictionary.findMany({
      where: { kind: CONSUMER },
      select: { value: true },
      orderBy: { value: "asc" },
      take: MOST,
    }),
  ]);
  return {
    key: keys.map(({ id, name, hint, provider }) => ({
      value: String(id),
      label: name ?? hint,
      hint: [provider, name === null ? "" : hint].filter((part) => part !== "").join(" · "),
    })),
    provider: providers.map(({ provider }) => ({ value: provider, label: provider })),
    pool: pools.map(({ id, name, provider }) => ({ value: id, label: name, hint: provider })),
    source: sources.map(({ id, name }) => ({ value: String(id), label: name })),
    consumer: consumers.map(({ value }) => ({ value, label: value })),
  };
}

/** What people call the ids in these scopes, in the same order; ids that nothing has any more are left out. */
export async function scopeNames(scopes: readonly Scope[]): Promise<ScopeNames[]> {
  const { prisma } = runtime().db;
  const given = (field: "key" | "pool" | "source") => scopes.flatMap((scope) => scope[field] ?? []);
  const sourceIds = given("source").filter((id) => /^[1-9]\d{0,8}$/.test(id));
  const [keys, pools, sources] = await Promise.all([
    prisma.apiKey.findMany({ where: { id: { in: given("key").map(BigInt) } } }),
    prisma.pool.findMany({ where: { id: { in: given("pool") } } }),
    prisma.source.findMany({ where: { id: { in: sourceIds.map(Number) } } }),
  ]);
  const keyNames = new Map(keys.map((key) => [String(key.id), key.name ?? key.hint]));
  const poolNames = new Map(pools.map((pool) => [pool.id, pool.name]));
  const sourceNames = new Map(sources.map((source) => [String(source.id), source.name]));
  return scopes.map(({ key = "", pool = "", source = "" }) => ({
    ...named("key", keyNames.get(key)),
    ...named("pool", poolNames.get(pool)),
    ...named("source", sourceNames.get(source)),
  }));
}

const named = (field: keyof ScopeNames, name: string | undefined): ScopeNames =>
  name === undefined ? {} : { [field]: name };
