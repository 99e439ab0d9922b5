import type { Notification, Subject } from "@/lib/channels/notification";
import type { Rule, Scope } from "@/lib/domain/alerting/rule";
import { formatWindow } from "@/lib/domain/usage/window";

/** What a rule's test sends: the message of a firing right at its first threshold, of something that does not exist. */
export function ruleTestNotification(
  rule: Rule,
  { id, at, zone, link }: { id: string; at: number; zone: string; link: string },
): Notification {
  const threshold = rule.tiers[0]?.threshold ?? null;
  return {
    kind: "test",
    rule: { id, name: rule.name },
    incident: null,
    subject: subjectOf(rule.scope),
    severity: null,
    metric: rule.metric,
    value: threshold,
    operator: rule.operator,
    threshold,
    window: rule.window === null ? null : formatWindow(rule.window),
    at,
    zone,
    links: { incident: link },
  };
}

function subjectOf({ each, provider }: Scope): Subject {
  if (each === "all") return { kind: "all" };
  if (each === "key")
    return { kind: "key", name: "example-key", hint: "sk-…4f2a", provider: provider ?? null };
  return { kind: each, name: `example-${each}` };
}
