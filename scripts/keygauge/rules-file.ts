import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument, stringify } from "yaml";
import type { RuleCode } from "@/lib/domain/alerting/rule-code";
import type { Issue } from "@/lib/errors";

/** A file that cannot be taken; the message has a line for each fault. */
export class RulesFileError extends Error {
  override readonly name = "RulesFileError";
}

const HEAD = `# Alert rules of Keygauge. What is not written is the default; channels are named.
# npm run keygauge -- rules apply FILE --dry-run shows what would change.
`;

/** Rules as a file; the same rules always give the same text. */
export function formatRules(rules: readonly RuleCode[]): string {
  return HEAD + stringify({ rules }, { lineWidth: 0, aliasDuplicateObjects: false });
}

export interface RulesFile {
  rules: unknown[];
  /** "rules.yaml:12: rules[1].tiers[0].threshold: …" for an issue of the rules. */
  locate(issue: Issue): string;
}

/** Reads a file of rules. Throws RulesFileError naming the lines. */
export function parseRules(text: string, file: string): RulesFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = (line: number, message: string) => `${file}:${line}: ${message}`;
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) =>
      fault(
        lines.linePos(pos[0]).line,
        message.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "",
      ),
    );
    throw new RulesFileError(faults.join("\n"));
  }
  const { contents } = document;
  const rules = isMap(contents) ? contents.get("rules", true) : undefined;
  if (!isMap(contents) || !isSeq(rules)) {
    throw new RulesFileError(fault(1, 'expected "rules:" with a list of rules'));
  }
  const others = contents.items.map(({ key }) => String(key)).filter((key) => key !== "rules");
  if (others[0] !== undefined)
    throw new RulesFileError(fault(1, `expected "rules:" alone, got "${others[0]}:" too`));
  return {
    rules: (document.toJS() as { rules: unknown[] }).rules,
    locate({ path, message }) {
      const parts = path.split(".");
      return fault(lineOf(document, parts, lines), `${words(parts)}: ${message}`);
    },
  };
}

/** The line of the deepest part of a path that the file has. */
function lineOf(document: Document, parts: readonly string[], lines: LineCounter): number {
  for (let length = parts.length; length > 0; length--) {
    const path = parts.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const node = document.getIn(path, true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const words = (parts: readonly string[]): string =>
  parts.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
