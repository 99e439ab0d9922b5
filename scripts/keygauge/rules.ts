import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { FieldChange } from "@/lib/domain/alerting/rule-code";
import { isAppError } from "@/lib/errors";
import { type Applied, applyRules, exportRules } from "@/lib/features/rules/code";
import { OPERATOR } from "./access";
import { formatRules, parseRules, RulesFileError } from "./rules-file";
import { UsageError } from "./usage";

/** `rules export [FILE]`: writes the file, or gives its text for the standard output. */
export async function exportCommand(args: string[]): Promise<string> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  if (positionals.length > 1) throw new UsageError("rules export takes one file.");
  const rules = await exportRules();
  const [file] = positionals;
  if (file === undefined) return formatRules(rules);
  writeFileSync(file, formatRules(rules));
  return `${counted(rules.length, "rule")} written to ${file}.\n`;
}

/** `rules apply FILE [--dry-run] [--prune]`: gives what was changed, or would be. */
export async function applyCommand(args: string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args,
    options: { "dry-run": { type: "boolean" }, prune: { type: "boolean" } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError("rules apply takes one file, or - .");
  const { rules, locate } = parseRules(await contentOf(file), file === "-" ? "(input)" : file);
  const dryRun = values["dry-run"] === true;
  const prune = values.prune === true;
  try {
    return describe(await applyRules({ actor: OPERATOR, input: rules, prune, dryRun }), { prune, dryRun });
  } catch (error) {
    if (!isAppError(error) || error.issues.length === 0) throw error;
    throw new RulesFileError(error.issues.map(locate).join("\n"));
  }
}

async function contentOf(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A line a rule that changes, with its fields; + is new, ~ changed, - deleted. */
export function describe(
  { create, update, unchanged, others }: Applied,
  { prune, dryRun }: { prune: boolean; dryRun: boolean },
): string {
  const lines = [
    ...create.map(({ definition }) => `+ ${definition.name}`),
    ...update.flatMap(({ definition, changes }) => [`~ ${definition.name}`, ...changes.map(changeLine)]),
    ...(prune ? others.map(({ definition }) => `- ${definition.name}`) : []),
  ];
  const deleted = prune ? others.length : 0;
  const kept = others.length - deleted;
  const did = (count: number, done: string, toDo: string) => `${count} ${dryRun ? `to ${toDo}` : done}`;
  const counts = [
    did(create.length, "created", "create"),
    did(update.length, "changed", "change"),
    did(deleted, "deleted", "delete"),
    `${unchanged.length} unchanged`,
    ...(kept > 0 ? [`${kept} not in the file, kept (--prune deletes them)`] : []),
  ].join(", ");
  const last = dryRun ? ["Nothing was changed: this was a dry run."] : [];
  return `${[...lines, `${counts}.`, ...last].join("\n")}\n`;
}

function changeLine({ field, before, after }: FieldChange): string {
  return `    ${field}: ${before ?? "(none)"} → ${after ?? "(none)"}`;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
