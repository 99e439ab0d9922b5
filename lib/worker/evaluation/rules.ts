import type pg from "pg";
import { compileRule, type Rule, type RuleInput, ruleInputSchema } from "@/lib/domain/alerting/rule";
import type { InstanceState } from "@/lib/domain/alerting/state";
import { log } from "@/lib/log";

/** A rule's state for one key, pool … as this server knows it; the database decides who is right. */
export interface Instance {
  scopeKey: string;
  state: InstanceState;
  /** 0: there is no row yet. */
  version: number;
  incidentId: string | null;
}

export interface LoadedRule {
  id: string;
  version: number;
  definition: RuleInput;
  rule: Rule;
  /** Why it is not evaluated; null when it is. */
  off: string | null;
  /** Everything up to this instant has been evaluated, epoch ms. */
  evaluatedTo: number;
  /** Those with a row, and those that time alone can change. */
  instances: Map<string, Instance>;
}

interface RuleRow {
  id: string;
  version: number;
  definition: unknown;
  enabled: boolean;
  deleted: boolean;
  evaluated_to: number;
}

interface InstanceRow {
  rule_id: string;
  scope_key: string;
  state: InstanceState;
  version: number;
  incident_id: string | null;
}

/**
 * The given rules with their instances, or all that matter: those in force, and those that were switched off or deleted
 * while something of them was still firing.
 */
export async function loadRules(client: pg.Pool, ids?: readonly string[]): Promise<LoadedRule[]> {
  const { rows } = await client.query<RuleRow>(
    `SELECT id, version, definition, enabled, deleted_at IS NOT NULL AS deleted, evaluated_to FROM rule r
      WHERE ${
        ids === undefined
          ? "(enabled AND deleted_at IS NULL) OR EXISTS (SELECT FROM rule_instance i WHERE i.rule_id = r.id AND i.status <> 'ok')"
          : "id = ANY($1)"
      }`,
    ids === undefined ? [] : [ids],
  );
  const loaded = new Map<string, LoadedRule>();
  for (const row of rows) {
    const rule = understand(row);
    if (rule !== null) loaded.set(row.id, rule);
  }
  const instances = await client.query<InstanceRow>(
    "SELECT rule_id, scope_key, state, version, incident_id FROM rule_instance WHERE rule_id = ANY($1)",
    [[...loaded.keys()]],
  );
  for (const row of instances.rows) loaded.get(row.rule_id)?.instances.set(row.scope_key, instanceOf(row));
  return [...loaded.values()];
}

/** One instance as the database has it; null without a row. */
export async function loadInstance(
  client: pg.Pool,
  ruleId: string,
  scopeKey: string,
): Promise<Instance | null> {
  const { rows } = await client.query<InstanceRow>(
    "SELECT rule_id, scope_key, state, version, incident_id FROM rule_instance WHERE rule_id = $1 AND scope_key = $2",
    [ruleId, scopeKey],
  );
  return rows[0] === undefined ? null : instanceOf(rows[0]);
}

function understand(row: RuleRow): LoadedRule | null {
  const parsed = ruleInputSchema.safeParse(row.definition);
  if (!parsed.success) {
    log.error({ rule: row.id, issues: parsed.error.issues }, "A stored rule cannot be understood");
    return null;
  }
  return {
    id: row.id,
    version: row.version,
    definition: parsed.data,
    rule: compileRule(parsed.data),
    off: row.deleted ? "The rule was deleted." : row.enabled ? null : "The rule was switched off.",
    evaluatedTo: row.evaluated_to,
    instances: new Map(),
  };
}

const instanceOf = (row: InstanceRow): Instance => ({
  scopeKey: row.scope_key,
  state: row.state,
  version: row.version,
  incidentId: row.incident_id,
});
