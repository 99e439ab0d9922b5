import { type RuleInput, ruleInputSchema } from "@/lib/features/rules/schemas";
import { inputOf, type RuleDraft, tiersOn } from "./draft";

/** One fault of one field of the form; `field` is "name", "warning.threshold", "scope.key" … */
export type FieldIssue = { field: string; message: string };

const LABELS: Readonly<Record<string, string>> = {
  name: "The name",
  window: "The window",
  time_zone: "The time zone",
  operator: "The comparison",
  tiers: "The rule",
  "warning.threshold": "The warning threshold",
  "warning.recovery": "The warning's recovery",
  "critical.threshold": "The critical threshold",
  "critical.recovery": "The critical tier's recovery",
  for: "The time before it fires",
  keep_firing_for: "The time before it resolves",
  min_requests: "The number of requests",
  repeat_every: "The time between reminders",
  channels: "The channels",
  "flapping.transitions": "The number of changes",
  "flapping.window": "The span of flapping",
  "scope.each": "What is watched",
  "scope.key": "The key",
  "scope.provider": "The provider",
  "scope.pool": "The pool",
  "scope.source": "The source",
  "scope.consumer": "The consumer",
  "scope.tag": "The tag",
};

/** The fields of the form that lie behind "More options". */
export function isBehindMore(field: string): boolean {
  return /^(scope\.(?!each|provider)|for$|keep_firing_for|min_requests|no_data|repeat_every|enabled|escalation|flapping|.*\.recovery)/.test(
    field,
  );
}

/** What the schema says of a draft, by field; the first fault of each. Empty when it can be saved. */
export function draftIssues(draft: RuleDraft): FieldIssue[] {
  const parsed = ruleInputSchema.safeParse(inputOf(draft));
  if (parsed.success) return [];
  return fieldIssues(
    draft,
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message })),
  );
}

/** Issues of a rule's JSON, from the schema or from the server, as faults of the form's fields in its own words. */
export function fieldIssues(
  draft: RuleDraft,
  issues: readonly { path: string; message: string }[],
): FieldIssue[] {
  const found = new Map<string, string>();
  for (const { path, message } of issues) {
    const field = fieldOf(draft, path);
    if (!found.has(field)) found.set(field, inFormWords(labelOf(field), message));
  }
  return [...found].map(([field, message]) => ({ field, message }));
}

function labelOf(field: string): string {
  const step = /^escalation\.(\d+)\.(after|channels)$/.exec(field);
  if (step === null) return LABELS[field] ?? "The rule";
  return `${step[2] === "after" ? "The time" : "The channels"} of step ${Number(step[1]) + 1}`;
}

function fieldOf(draft: RuleDraft, path: string): string {
  const tier = /^tiers\.(\d)\.(.+)$/.exec(path);
  const severity = tier === null ? undefined : tiersOn(draft)[Number(tier[1])];
  if (severity !== undefined) return `${severity}.${tier?.[2]}`;
  return path.replace(/(^|\.)channels\.\d+$/, "$1channels");
}

/** The API names fractions and fields; a form that shows percent and labels does not. */
function inFormWords(label: string, message: string): string {
  if (message.startsWith("must be a fraction from 0 to 1")) return `${label} must be at most 100 %`;
  const plain = message
    .replace(/the threshold \S+ for a rule with \S+$/, "the threshold")
    .replace(/the warning's \S+ for the critical tier.*$/, "the warning threshold");
  return /^(must|needs)\b/.test(plain) ? `${label} ${plain}` : `${label}: ${plain}`;
}

/** The rule while it is typed; null as long as it cannot be read. A name is not needed for that. */
export function readDraft(draft: RuleDraft): RuleInput | null {
  const parsed = ruleInputSchema.safeParse({ ...inputOf(draft), name: draft.name.trim() || "Rule" });
  return parsed.success ? parsed.data : null;
}
