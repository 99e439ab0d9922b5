import type { RuleChoices } from "@/components/rules/form-context";
import { listChannels } from "@/lib/features/channels/queries";
import { scopeOptions } from "@/lib/features/rules/scope-options";

/** Everything the form of a rule offers to choose from. */
export async function ruleChoices(): Promise<RuleChoices> {
  const [scope, channels] = await Promise.all([scopeOptions(), listChannels({ limit: 500 })]);
  return {
    scope,
    channels: channels.data.map(({ id, name, kind, configured }) => ({
      value: id,
      label: name,
      hint: configured ? kind : `${kind}, not configured`,
    })),
  };
}
