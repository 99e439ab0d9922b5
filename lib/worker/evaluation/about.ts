import type { Subject } from "@/lib/channels/notification";
import type { Severity } from "@/lib/domain/alerting/rule";
import type { Silenceable } from "@/lib/domain/alerting/silence";
import { acknowledgementLink } from "@/lib/features/incidents/link";
import type { FleetKey } from "@/lib/features/rules/fleet";
import { runtime } from "@/lib/runtime";
import type { About, RuleOf } from "./ledger";

/** What is known of a key, as far as messages and silences need it. */
export type KeyFacts = Pick<FleetKey, "provider" | "pool"> & { name: string | null; hint: string };

/** More names than this say no more. */
const NAMES = 3;

/** The keys of an incident that have to be known: all where silences may ask for each, else those that are named. */
export function keysToKnow(
  { key_id, members }: { key_id: number | null; members: readonly number[] },
  silences: readonly unknown[],
): readonly number[] {
  if (key_id !== null) return [key_id];
  return silences.length === 0 ? members.slice(0, NAMES) : members;
}

export const keyOfScope = (scopeKey: string): number | null =>
  scopeKey.startsWith("key:") ? Number(scopeKey.slice(4)) : null;

/** How an incident of several keys is named: by their provider. */
export const sharedScope = (provider: string): string => `keys:${provider}`;

export const isShared = ({ scope_key }: { scope_key: string }): boolean => scope_key.startsWith("keys:");

/** One key, pool, provider … */
export function aboutInstance(
  of: RuleOf,
  scopeKey: string,
  keys: ReadonlyMap<number, KeyFacts>,
  members: readonly number[],
  { series, facts }: Pick<About, "series" | "facts"> = {},
): About {
  const keyId = keyOfScope(scopeKey);
  const key = keys.get(keyId ?? members[0] ?? 0);
  const isOfPool = scopeKey.startsWith("pool:");
  const provider = scopeKey.startsWith("provider:")
    ? scopeKey.slice("provider:".length)
    : keyId !== null || isOfPool
      ? (key?.provider ?? null)
      : (of.rule.scope.provider ?? null);
  const pool = keyId !== null || isOfPool ? (key?.pool ?? null) : null;
  return {
    subject: subjectOf(scopeKey, keyId === null ? undefined : key, pool?.name),
    series,
    facts,
    links: (incidentId, channelId) => links(incidentId, channelId, keyId),
    silenceable: (severity) => [{ keyId, provider, pool, ruleId: of.id, severity }],
  };
}

/** Several keys of one provider; `firing` gives those that fire at the moment. */
export function aboutShared(
  of: RuleOf,
  provider: string,
  keys: ReadonlyMap<number, KeyFacts>,
  members: readonly number[],
  firing: () => number[],
): About {
  const names = members.slice(0, NAMES).map((id) => keys.get(id)?.name ?? keys.get(id)?.hint ?? "…");
  const silenceable = (keyId: number, severity: Severity | null): Silenceable => ({
    keyId,
    provider,
    pool: keys.get(keyId)?.pool ?? null,
    ruleId: of.id,
    severity,
  });
  // The same for all of thousands of keys, and signed.
  const made = new Map<string, ReturnType<typeof links>>();
  return {
    subject: { kind: "keys", provider, count: members.length, names },
    links(incidentId, channelId) {
      const of = `${incidentId} ${channelId}`;
      const known = made.get(of) ?? links(incidentId, channelId, null);
      made.set(of, known);
      return known;
    },
    silenceable: (severity) => {
      const now = firing();
      return (now.length > 0 ? now : members).map((id) => silenceable(id, severity));
    },
  };
}

function links(incidentId: string, channelId: string, keyId: number | null) {
  const { appUrl } = runtime().env;
  return {
    incident: `${appUrl}/incidents/${incidentId}`,
    acknowledge: acknowledgementLink(incidentId, channelId),
    ...(keyId === null ? {} : { key: `${appUrl}/keys/${keyId}` }),
  };
}

function subjectOf(scopeKey: string, key: KeyFacts | undefined, poolName: string | undefined): Subject {
  if (scopeKey === "all") return { kind: "all" };
  const colon = scopeKey.indexOf(":");
  const kind = scopeKey.slice(0, colon);
  const name = scopeKey.slice(colon + 1);
  if (kind === "key") {
    return { kind: "key", name: key?.name ?? null, hint: key?.hint ?? "…", provider: key?.provider || null };
  }
  if (kind === "pool") return { kind: "pool", name: poolName ?? name };
  return { kind: kind === "provider" ? "provider" : "consumer", name };
}
