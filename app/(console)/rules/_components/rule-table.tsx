import { BellOff } from "lucide-react";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { RuleDto } from "@/lib/features/rules/schemas";
import { EnabledSwitch } from "./enabled-switch";
import { RuleState } from "./rule-state";

export type RuleRow = { rule: RuleDto; words: string };

export function RuleTable({ rules, canWrite }: { rules: readonly RuleRow[]; canWrite: boolean }) {
  return (
    <Table caption="Rules">
      <TableHead>
        <tr>
          <Th>Rule</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Tells</Th>
          {canWrite && <Th>On</Th>}
        </tr>
      </TableHead>
      <TableBody>
        {rules.map(({ rule, words }) => (
          <Row key={rule.id}>
            <Td className="w-full whitespace-normal max-sm:min-w-40 sm:min-w-48 py-2.5">
              <TextLink href={`/rules/${rule.id}`} className="foreign-text font-medium text-fg">
                {rule.name}
              </TextLink>
              <span className="foreign-text block max-w-3xl text-fg-2 text-xs">{words}</span>
            </Td>
            <Td>
              <RuleState rule={rule} />
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              {rule.channels.length === 0 ? (
                <span className="inline-flex items-center gap-1.5 text-fg-3">
                  <BellOff aria-hidden className="size-3.5" />
                  Nobody
                </span>
              ) : (
                `${rule.channels.length} ${rule.channels.length === 1 ? "channel" : "channels"}`
              )}
            </Td>
            {canWrite && (
              <Td>
                <EnabledSwitch id={rule.id} name={rule.name} enabled={rule.enabled} />
              </Td>
            )}
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
