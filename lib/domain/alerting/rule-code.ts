import { type RuleInput, ruleInputSchema } from "./rule";

/** A rule as it stands in a file: only what differs from the defaults. */
export type RuleCode = Record<string, unknown>;

const ALWAYS = new Set<string>(["name", "metric", "operator", "tiers"]);

/** The fields of a rule that are not what they would be anyway, in the order of the schema. */
export function compactRule(rule: RuleInput): RuleCode {
  const code: RuleCode = { ...rule };
  for (const field of Object.keys(rule)) {
    if (ALWAYS.has(field)) continue;
    const { [field]: _, ...without } = code;
    const parsed = ruleInputSchema.safeParse({ ...without, tiers: rule.tiers });
    if (parsed.success && isEqual(parsed.data, rule)) delete code[field];
  }
  return {
    ...code,
    tiers: rule.tiers.map(({ recovery, ...tier }) => (recovery === null ? tier : { ...tier, recovery })),
  };
}

/** Fields in a rule's file that no rule has, by path; a misspelt one would silently be its default. */
export function unknownFields(code: unknown): (string | number)[][] {
  return unknownIn(code, FIELDS);
}

type Shape = { [field: string]: true | Shape };
const STEP: Shape = { after: true, channels: true };
const FIELDS: Shape = {
  id: true,
  name: true,
  metric: true,
  scope: { each: true, key: true, pool: true, provider: true, source: true, consumer: true, tag: true },
  window: true,
  time_zone: true,
  operator: true,
  tiers: { severity: true, threshold: true, recovery: true },
  for: true,
  keep_firing_for: true,
  min_requests: true,
  no_data: true,
  repeat_every: true,
  channels: true,
  escalation: STEP,
  flapping: { transitions: true, window: true },
  enabled: true,
};

function unknownIn(value: unknown, shape: Shape): (string | number)[][] {
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => unknownIn(one, shape).map((path) => [index, ...path]));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = Object.hasOwn(shape, field) ? shape[field] : undefined;
    if (known === undefined) return [[field]];
    return known === true ? [] : unknownIn(inner, known).map((path) => [field, ...path]);
  });
}

/** One field that differs, as text; null where it is not there. */
export type FieldChange = { field: string; before: string | null; after: string | null };

/** What differs between two rules, field by field: `tiers.warning.threshold`, `scope.provider` … */
export function changesOf(before: RuleInput, after: RuleInput): FieldChange[] {
  const [old, fresh] = [flat(before), flat(after)];
  const fields = [...new Set([...old.keys(), ...fresh.keys()])];
  return fields.flatMap((field) => {
    const change = { field, before: old.get(field) ?? null, after: fresh.get(field) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

function flat({ tiers, escalation, ...rule }: RuleInput): Map<string, string> {
  const found = new Map<string, string>();
  const add = (path: string, value: unknown) => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      if (value.length > 0) found.set(path, value.join(", "));
    } else if (typeof value === "object") {
      for (const [field, inner] of Object.entries(value)) add(`${path}.${field}`, inner);
    } else found.set(path, String(value));
  };
  for (const [field, value] of Object.entries(rule)) add(field, value);
  for (const { severity, ...tier } of tiers) add(`tiers.${severity}`, tier);
  for (const [index, step] of escalation.entries()) add(`escalation.${index + 1}`, step);
  return found;
}

/** A stored rule. */
export type StoredRule = { id: string; definition: RuleInput };
/** A rule of a file; `id` only where its name does not tell it from others. */
export type WantedRule = { id?: string | undefined; definition: RuleInput };

export type RulePlan = {
  create: { index: number; definition: RuleInput }[];
  update: { index: number; id: string; definition: RuleInput; changes: FieldChange[] }[];
  unchanged: StoredRule[];
  /** Stored, and not in the file. */
  others: StoredRule[];
  issues: { path: string; message: string }[];
};

/** What has to be done so that the rules of a file are those that are stored; rules are found by name. */
export function planRules(stored: readonly StoredRule[], wanted: readonly WantedRule[]): RulePlan {
  const plan: RulePlan = { create: [], update: [], unchanged: [], others: [], issues: [] };
  const taken = new Map<string, number>();
  const names = new Map<string, number>();
  for (const [index, { id, definition }] of wanted.entries()) {
    const { name } = definition;
    const refuse = (field: string, message: string) =>
      plan.issues.push({ path: `rules.${index}.${field}`, message });
    const named = stored.filter((one) => one.definition.name === name);
    const found = id === undefined ? named : stored.filter((one) => one.id === id);
    const twin = id === undefined ? names.get(name) : undefined;
    if (id === undefined) names.set(name, index);
    if (twin !== undefined) {
      refuse("name", `rule ${twin + 1} of the file has that name too: give each its id, or another name`);
    } else if (found.length > 1) {
      refuse("name", `${found.length} stored rules have that name: say which by its id, as the export does`);
    } else if (found[0] === undefined) {
      if (id === undefined) plan.create.push({ index, definition });
      else refuse("id", `there is no rule ${id.slice(0, 40)}`);
    } else if (taken.has(found[0].id)) {
      refuse("id", `is the rule of entry ${(taken.get(found[0].id) ?? 0) + 1} of the file`);
    } else {
      taken.set(found[0].id, index);
      const changes = changesOf(found[0].definition, definition);
      if (changes.length === 0) plan.unchanged.push(found[0]);
      else plan.update.push({ index, id: found[0].id, definition, changes });
    }
  }
  plan.others = stored.filter(({ id }) => !taken.has(id));
  return plan;
}

function isEqual(a: RuleInput, b: RuleInput): boolean {
  return changesOf(a, b).length === 0;
}
