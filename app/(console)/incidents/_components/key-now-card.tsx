import { HeadroomBar } from "@/components/headroom/headroom-bar";
import { HeadroomWhen } from "@/components/headroom/headroom-when";
import { headroomOf, tightestOf } from "@/components/keys/key-headroom";
import { KeyReason } from "@/components/keys/key-reason";
import { StateBadge } from "@/components/state/state-badge";
import { Card } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { KeyNow } from "@/lib/features/incidents/key-now";

/** How the key stands now: whether calls fail and why, what is left of its tightest limit, and when it is back. */
export function KeyNowCard({ now: { at, key, error } }: { now: KeyNow }) {
  const tightest = tightestOf(key);
  return (
    <Card
      title="The key now"
      action={
        <TextLink quiet href={`/keys/${key.id}`}>
          Open →
        </TextLink>
      }
    >
      <div className="flex flex-col gap-3 pt-1 text-sm">
        <p className="flex flex-wrap items-center gap-x-2">
          <StateBadge state={key.state} />
          <span className="text-fg-2">
            <KeyReason of={key} />
          </span>
        </p>
        {tightest !== undefined && (
          <div className="flex flex-col gap-1.5">
            <HeadroomBar headroom={headroomOf(tightest, key, at)} />
            <HeadroomWhen inline headroom={headroomOf(tightest, key, at)} />
          </div>
        )}
        {error !== null && (
          <p className="foreign-text line-clamp-3 min-w-0 text-fg-2">
            <span className="text-fg-3">Latest error</span>{" "}
            <span className="font-mono text-xs">
              {error.status !== null && error.status > 0 ? `${error.status} ` : ""}
              {error.what}
            </span>{" "}
            <span className="text-fg-3">
              {[error.model, error.route].filter((part) => part !== null).join(" · ")}{" "}
              <RelativeTime at={error.at} />
            </span>
          </p>
        )}
      </div>
    </Card>
  );
}
