"use client";

import { useEffect, useState } from "react";
import { ask } from "@/components/forms/use-action";
import { SeverityBadge } from "@/components/state/alert-badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/text-link";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import type { SilencePreviewDto } from "@/lib/features/silences/schemas";
import { formatNumber } from "@/lib/format";
import { preview } from "../actions";

const AFTER_MS = 200;

/** What a matcher keeps quiet at the moment; follows it as it is chosen. */
export function SilencePreview({ matcher }: { matcher: SilenceMatcher }) {
  const [found, setFound] = useState<SilencePreviewDto | string | null>(null);
  const asked = JSON.stringify(matcher);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(async () => {
      const answer = await ask(() => preview(JSON.parse(asked)));
      if (!over) setFound(answer.ok ? answer.data : answer.message);
    }, AFTER_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [asked]);
  return (
    <Card title="Keeps quiet now">
      {found === null ? (
        <p className="text-fg-3">Looking …</p>
      ) : typeof found === "string" ? (
        <Callout kind="error" title={found} />
      ) : (
        <Found found={found} everything={asked === "{}"} narrowed={matcher.rule !== undefined} />
      )}
    </Card>
  );
}

function Found({
  found,
  everything,
  narrowed,
}: {
  found: SilencePreviewDto;
  everything: boolean;
  narrowed: boolean;
}) {
  const { incidents, incident_count, keys, key_count, rule_count } = found;
  return (
    <div aria-live="polite" className="flex flex-col gap-3">
      {everything && (
        <Callout kind="warning" title="This silences everything">
          Name a key, a provider or a rule to keep the rest told.
        </Callout>
      )}
      <div>
        <p className="font-medium">
          {incident_count === 0
            ? "No open incident"
            : `${formatNumber(incident_count)} open ${incident_count === 1 ? "incident" : "incidents"}`}
        </p>
        <ul className="mt-1 flex flex-col gap-1">
          {incidents.map(({ id, rule_name, subject, severity }) => (
            <li key={id} className="flex items-center gap-2">
              <SeverityBadge severity={severity} iconOnly />
              <TextLink href={`/incidents/${id}`} className="foreign-text truncate text-fg">
                {subject === null ? rule_name : `${rule_name}: ${subject}`}
              </TextLink>
            </li>
          ))}
        </ul>
        {incident_count > incidents.length && (
          <p className="mt-1 text-fg-3 text-xs">and {formatNumber(incident_count - incidents.length)} more</p>
        )}
      </div>
      <div>
        <p className="font-medium">
          {formatNumber(key_count)} {key_count === 1 ? "key" : "keys"}
          {!narrowed && (
            <span className="font-normal text-fg-2">
              , {formatNumber(rule_count)} {rule_count === 1 ? "rule" : "rules"}
            </span>
          )}
        </p>
        <p className="foreign-text mt-1 text-fg-2 text-xs">
          {keys.map(({ name, hint }) => name ?? hint).join(", ")}
          {key_count > keys.length && ` and ${formatNumber(key_count - keys.length)} more`}
        </p>
      </div>
    </div>
  );
}
