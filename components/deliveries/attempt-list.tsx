import { clsx } from "clsx";
import { CircleCheck, CircleHelp, CircleX, Clock, RotateCw, Settings2 } from "lucide-react";
import { TONE_TEXT, type Tone } from "@/components/ui/badge";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AttemptDto } from "@/lib/features/deliveries/schemas";
import { formatMs } from "@/lib/format";
import { outcomeWords } from "./words";

const LOOKS: Readonly<Record<string, { tone: Tone; icon: typeof Clock }>> = {
  sent: { tone: "ok", icon: CircleCheck },
  not_sent: { tone: "throttled", icon: RotateCw },
  permanent: { tone: "exhausted", icon: CircleX },
  ambiguous: { tone: "blocked", icon: CircleHelp },
  unconfigured: { tone: "risk", icon: Settings2 },
};

/** Every attempt to send a message, with how it ended and the provider's own words. */
export function AttemptList({ attempts }: { attempts: readonly AttemptDto[] }) {
  if (attempts.length === 0) return <p className="text-fg-3">No attempt yet.</p>;
  return (
    <ol className="flex flex-col gap-3">
      {attempts.map((attempt) => {
        const { tone, icon: Icon } = LOOKS[attempt.outcome ?? ""] ?? { tone: "neutral", icon: Clock };
        const started = Date.parse(attempt.started_at);
        const words = attempt.error ?? attempt.response;
        return (
          <li key={attempt.number} className="flex gap-2.5">
            <Icon aria-hidden className={clsx("mt-0.5 size-[15px] shrink-0", TONE_TEXT[tone])} />
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{outcomeWords(attempt.outcome)}</span>
                <span className="text-fg-3 text-xs">
                  attempt {attempt.number}, <RelativeTime at={started} />
                  {attempt.finished_at !== null &&
                    `, took ${formatMs(Date.parse(attempt.finished_at) - started)}`}
                </span>
              </p>
              {words !== null && (
                <p className="foreign-text mt-1 rounded-md bg-sunken px-2 py-1.5 font-mono text-fg-2 text-xs">
                  {words}
                </p>
              )}
              {attempt.provider_id !== null && (
                <p className="foreign-text mt-0.5 text-fg-3 text-xs">Provider's id: {attempt.provider_id}</p>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
