import { clsx } from "clsx";
import type { ReactNode } from "react";
import type { RejectSample, SourceSample } from "@/lib/features/sources/schemas";
import { type RecordLine, recordLines, sampleLines } from "./record-lines";

/** A record as it was received beside the event that was made of it; what is in both is marked in both. `name` tells it from others of the page. */
export function SampleView({ sample, name }: { sample: SourceSample; name: string }) {
  const { received, understood } = sampleLines(sample);
  return (
    <Sides>
      <Side title="As received" hint="texts that are not used are masked">
        <Lines lines={received} label={`${name}, as received`} />
      </Side>
      <Side title="As understood" hint="what is stored">
        <Scroll label={`${name}, as understood`}>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 px-4 pb-3 font-mono text-xs leading-5">
            {understood.map(({ name, text, found }) => (
              <div key={name} className="contents">
                <dt className="text-fg-3">{name}</dt>
                <dd className="foreign-text">
                  <Value found={found}>{text}</Value>
                </dd>
              </div>
            ))}
          </dl>
        </Scroll>
      </Side>
    </Sides>
  );
}

/** A rejected record beside what was wrong with it. */
export function RejectView({ reject, name }: { reject: RejectSample; name: string }) {
  return (
    <Sides>
      <Side title="As received" hint="texts are masked">
        {reject.record === null ? (
          <p className="px-4 pb-3 text-fg-2">Nothing that could be read as JSON.</p>
        ) : (
          <Lines lines={recordLines(reject.record)} label={`${name}, as received`} />
        )}
      </Side>
      <Side title="Why it was rejected">
        <div className="px-4 pb-3">
          {reject.field !== "" && (
            <p className="foreign-text font-medium font-mono text-exhausted-text text-xs leading-5">
              {reject.field}
            </p>
          )}
          <p className="foreign-text">{reject.message}</p>
        </div>
      </Side>
    </Sides>
  );
}

function Sides({ children }: { children: ReactNode }) {
  return (
    <div className="grid divide-y sm:grid-cols-2 sm:divide-x sm:divide-y-0 [&>*]:min-w-0">{children}</div>
  );
}

function Side({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex flex-col sm:min-h-80">
      <h3 className="flex flex-wrap items-baseline gap-x-2 px-4 pt-3 pb-2 text-fg-2 text-xs">
        <span className="font-medium">{title}</span>
        {hint && <span className="text-fg-3">{hint}</span>}
      </h3>
      {children}
    </div>
  );
}

function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-112 overflow-auto overscroll-contain focus-visible:-outline-offset-2"
    >
      {children}
    </section>
  );
}

function Lines({ lines, label }: { lines: readonly RecordLine[]; label: string }) {
  return (
    <Scroll label={label}>
      <pre className="w-max min-w-full px-4 pb-3 font-mono text-xs leading-5">
        {lines.map(({ depth, name, text, comma, kind, found }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one record do not change
          <span key={index} className="block">
            {"  ".repeat(depth)}
            {name !== null && <span className="text-fg-2">{JSON.stringify(name)}: </span>}
            <Value
              found={found}
              className={clsx(kind === "masked" && "text-fg-3 italic", kind === "bracket" && "text-fg-3")}
            >
              {text}
            </Value>
            {comma}
          </span>
        ))}
      </pre>
    </Scroll>
  );
}

function Value({ found, className, children }: { found: boolean; className?: string; children: string }) {
  if (!found) return <span className={className}>{children}</span>;
  return <mark className="rounded-xs bg-accent-soft px-1 text-accent-text -mx-1">{children}</mark>;
}
