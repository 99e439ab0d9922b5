import type { Prisma } from "@/lib/db/client";
import { type Silenceable, type SilenceMatcher, silencedBy } from "@/lib/domain/alerting/silence";
import { parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { listIncidents } from "../incidents/queries";
import type { IncidentDto } from "../incidents/schemas";
import { matcherSchema, type SilencePreviewDto } from "./schemas";

const MOST_INCIDENTS = 500;
const SHOWN = 20;

/** What a silence with this matcher would keep back at the moment. Throws `invalid`. */
export async function previewSilence(input: unknown): Promise<SilencePreviewDto> {
  const matcher = parse(matcherSchema, input);
  const { prisma } = runtime().db;
  const ofKeys = keysOf(matcher);
  const [open, keyCount, keys, ruleCount] = await Promise.all([
    listIncidents({ state: "open", limit: MOST_INCIDENTS }),
    prisma.apiKey.count({ where: ofKeys }),
    prisma.apiKey.findMany({ where: ofKeys, orderBy: [{ name: "asc" }, { id: "asc" }], take: SHOWN }),
    prisma.rule.count({ where: { deletedAt: null, ...(matcher.rule ? { id: matcher.rule } : {}) } }),
  ]);
  const muted = await mutedOf(open.data, matcher);
  return {
    incidents: muted
      .slice(0, SHOWN)
      .map(({ id, rule_name, subject, severity }) => ({ id, rule_name, subject, severity })),
    incident_count: muted.length,
    keys: keys.map(({ id, name, hint, provider }) => ({
      id: String(id),
      name,
      hint,
      provider: provider || null,
    })),
    key_count: keyCount,
    rule_count: ruleCount,
  };
}

function keysOf({ key, keys, provider, pool }: SilenceMatcher): Prisma.ApiKeyWhereInput {
  return {
    retiredAt: null,
    AND: [
      key === undefined ? {} : { id: BigInt(key) },
      keys === undefined ? {} : { id: { in: keys.map(BigInt) } },
    ],
    ...(provider === undefined ? {} : { provider }),
    ...(pool === undefined ? {} : { pool: { OR: [{ id: pool }, { name: pool }] } }),
  };
}

/** The incidents that it matches, as the worker decides it. */
async function mutedOf(incidents: readonly IncidentDto[], matcher: SilenceMatcher): Promise<IncidentDto[]> {
  const ids = incidents.flatMap(({ key, members }) => (key === null ? members : [key]));
  const keys = await runtime().db.prisma.apiKey.findMany({
    where: { id: { in: [...new Set(ids)].map(BigInt) } },
    include: { pool: { select: { id: true, name: true } } },
  });
  const byId = new Map(keys.map((key) => [String(key.id), key]));
  const silence = { id: "", matcher, endsAt: 0, comment: "", createdBy: "" };
  const about = ({ key, members, scope_key, provider, rule, severity }: IncidentDto): Silenceable[] => {
    const one = (id: string | null): Silenceable => ({
      keyId: id === null ? null : Number(id),
      provider: (id === null ? null : byId.get(id)?.provider) ?? provider,
      pool: byId.get(id ?? members[0] ?? "")?.pool ?? null,
      ruleId: rule,
      severity,
    });
    if (scope_key.startsWith("keys:")) return members.map(one);
    if (key !== null) return [one(key)];
    return [{ ...one(null), ...(scope_key.startsWith("pool:") ? {} : { pool: null }) }];
  };
  return incidents.filter((incident) => silencedBy([silence], about(incident)) !== null);
}
