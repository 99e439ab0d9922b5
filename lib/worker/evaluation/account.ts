import type pg from "pg";
import { accountFacts } from "@/lib/channels/account";
import type { Notification } from "@/lib/channels/notification";
import { notificationKind } from "@/lib/domain/alerting/notification";
import type { Rule } from "@/lib/domain/alerting/rule";
import { readKeyRows, toKey } from "@/lib/features/keys/read";
import {
  firstExhaustion,
  type MeasuredLimit,
  measureLimits,
  tightestLimit,
} from "@/lib/features/limits/measure";
import type { Fleet } from "@/lib/features/rules/fleet";
import { readingOf } from "@/lib/features/rules/reading";
import { readLatestErrors } from "@/lib/features/usage/latest-errors";
import { log } from "@/lib/log";
import { keyOfScope } from "./about";
import type { Change } from "./persist";

/** Messages beyond these come without an account rather than late. */
const MOST_ACCOUNTS = 20;
/** Of a larger group, which key is nearest to its end stands on the group's page. */
const MOST_MEMBERS = 100;

/** What a message is about, as far as its account needs it. */
export interface Accountable {
  rule: Rule;
  /** IANA zone in which instants are written. */
  zone: string;
  /** One key; for a rule on limits also the keys of a group. */
  keyIds: readonly number[];
  /** Whether it tells that all is well again. */
  over: boolean;
}

/**
 * Gives the changes that are worth a message how their key stands: why calls fail, its limit, when it runs dry and when
 * it is back. What cannot be read is left out.
 */
export async function addAccounts(
  client: pg.Pool,
  fleet: Fleet,
  changes: readonly Change[],
  now: number,
): Promise<void> {
  const told = changes.flatMap((change) => {
    const about = accountableOf(change, fleet);
    return about === null ? [] : [{ change, about }];
  });
  const shown = told.slice(0, MOST_ACCOUNTS);
  const facts = await readAccounts(
    client,
    shown.map(({ about }) => about),
    now,
  );
  shown.forEach(({ change }, i) => {
    const found = facts[i] ?? [];
    if (found.length > 0) change.facts = found;
  });
}

/** The facts of each, in the same order; empty where there is nothing to say, and where reading failed. */
export async function readAccounts(
  client: pg.Pool | pg.ClientBase,
  accountables: readonly Accountable[],
  now: number,
): Promise<NonNullable<Notification["facts"]>[]> {
  const ids = [...new Set(accountables.flatMap(({ keyIds }) => keyIds))];
  if (ids.length === 0) return accountables.map(() => []);
  try {
    const single = accountables.flatMap(({ keyIds, over }) => (keyIds.length === 1 && !over ? keyIds : []));
    const [rows, limits, errors] = await Promise.all([
      readKeyRows(client, ids),
      measureLimits(client, ids, now),
      readLatestErrors(client, [...new Set(single)], now),
    ]);
    const keys = new Map(rows.map((row) => [row.id, toKey(row, limits.get(row.id) ?? [], now)]));
    return accountables.map(({ rule, zone, keyIds, over }) => {
      const limit = limitOf(
        rule,
        keyIds.flatMap((id) => limits.get(id) ?? []),
      );
      const key = keys.get(limit?.keyId ?? keyIds[0] ?? 0);
      if (key === undefined) return [];
      const account = {
        name: keyIds.length === 1 ? null : (key.row.name ?? key.row.hint),
        status: key.status,
        limit: limit ?? null,
        error: over ? null : (errors.get(key.row.id) ?? null),
      };
      return accountFacts(account, now, zone);
    });
  } catch (error) {
    log.warn({ err: error }, "What a message says of its key could not be read");
    return accountables.map(() => []);
  }
}

function accountableOf({ loaded, instance, stepped, facts }: Change, fleet: Fleet): Accountable | null {
  if (facts !== undefined || loaded.rule.channels.length === 0) return null;
  const kinds = stepped.effects.flatMap((effect) => notificationKind(effect) ?? []);
  if (kinds.length === 0) return null;
  const keyIds = keysAbout(loaded.rule, instance.scopeKey, fleet);
  if (keyIds.length === 0) return null;
  const zone = loaded.definition.time_zone;
  return { rule: loaded.rule, zone, keyIds, over: kinds.at(-1) === "resolved" };
}

/** The keys whose account belongs into a message about an instance: none where they are too many. */
function keysAbout(rule: Rule, scopeKey: string, fleet: Fleet): readonly number[] {
  const keyId = keyOfScope(scopeKey);
  if (keyId !== null) return [keyId];
  if (readingOf(rule) !== "limits") return [];
  const members = fleet.members(rule.scope).get(scopeKey) ?? [];
  return members.length > MOST_MEMBERS ? [] : members;
}

/** The limit that the rule's value comes from; for rules on other metrics, and where none runs dry, the tightest. */
function limitOf({ metric }: Rule, limits: readonly MeasuredLimit[]): MeasuredLimit | undefined {
  const soonest = metric === "seconds_to_exhaustion" ? firstExhaustion(limits) : null;
  return soonest === null
    ? tightestLimit(limits)
    : limits.find((limit) => limit.runsOutBeforeReset && limit.secondsToExhaustion === soonest);
}
