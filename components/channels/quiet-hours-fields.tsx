"use client";

import { clsx } from "clsx";
import { Plus, X } from "lucide-react";
import { TimeZoneField } from "@/components/rules/time-zone-field";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Switch } from "@/components/ui/switch";
import type { QuietHours, QuietSpan, Weekday } from "@/lib/domain/delivery/quiet";
import { DAY_NAMES, WEEK } from "./quiet-words";

const NIGHTS: QuietSpan = { days: [...WEEK], from: "22:00", to: "07:00" };

/** A weekly calendar of quiet hours; null is none. Issues are those of the server, by path. */
export function QuietHoursFields({
  value,
  zone,
  onChange,
  issues,
}: {
  value: QuietHours | null;
  /** The viewer's, for a new calendar. */
  zone: string;
  onChange: (value: QuietHours | null) => void;
  issues: readonly { path: string; message: string }[];
}) {
  const issueOf = (path: string) => issues.find((issue) => issue.path === `quiet_hours.${path}`)?.message;
  const setSpan = (index: number, span: QuietSpan) =>
    value !== null &&
    onChange({ ...value, spans: value.spans.map((one, at) => (at === index ? span : one)) });
  return (
    <div className="flex flex-col gap-3">
      <Switch
        label="Quiet hours"
        hint="What comes in them is held, and told as one digest when they end"
        checked={value !== null}
        onCheckedChange={(on) =>
          onChange(on ? { time_zone: zone, spans: [NIGHTS], critical_breaks_through: true } : null)
        }
      />
      {value !== null && (
        <>
          {value.spans.map((span, index) => (
            <SpanFields
              // biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
              key={index}
              span={span}
              number={index + 1}
              error={
                issueOf(`spans.${index}.days`) ??
                issueOf(`spans.${index}.from`) ??
                issueOf(`spans.${index}.to`)
              }
              onChange={(next) => setSpan(index, next)}
              onRemove={
                value.spans.length > 1
                  ? () => onChange({ ...value, spans: value.spans.filter((_, at) => at !== index) })
                  : undefined
              }
            />
          ))}
          <Button
            size="sm"
            className="w-fit"
            icon={<Plus aria-hidden />}
            onClick={() =>
              onChange({
                ...value,
                spans: [...value.spans, { days: ["sat", "sun"], from: "00:00", to: "24:00" }],
              })
            }
          >
            Add hours
          </Button>
          {issueOf("spans") && <p className="text-exhausted-text text-xs">{issueOf("spans")}</p>}
          <TimeZoneField
            value={value.time_zone}
            hint="Whose wall clock the hours are read from"
            onChange={(time_zone) => onChange({ ...value, time_zone })}
            error={issueOf("time_zone")}
          />
          <Switch
            label="Critical alerts break through"
            hint="Firings and escalations that are critical are sent all the same"
            checked={value.critical_breaks_through}
            onCheckedChange={(on) => onChange({ ...value, critical_breaks_through: on })}
          />
        </>
      )}
    </div>
  );
}

function SpanFields({
  span,
  number,
  error,
  onChange,
  onRemove,
}: {
  span: QuietSpan;
  number: number;
  error: string | undefined;
  onChange: (span: QuietSpan) => void;
  onRemove: (() => void) | undefined;
}) {
  const toggle = (day: Weekday) =>
    onChange({
      ...span,
      days: span.days.includes(day) ? span.days.filter((one) => one !== day) : [...span.days, day],
    });
  return (
    <fieldset className="flex flex-col gap-2 rounded-lg border p-3">
      <legend className="sr-only">Hours {number}</legend>
      <div className="flex flex-wrap gap-1">
        {WEEK.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={span.days.includes(day)}
            onClick={() => toggle(day)}
            className={clsx(
              "h-7 min-w-10 rounded-md border px-1.5 text-xs pointer-coarse:h-10",
              span.days.includes(day) ? "border-accent-solid bg-accent-solid text-on-solid" : "text-fg-2",
            )}
          >
            {DAY_NAMES[day]}
          </button>
        ))}
      </div>
      <div className="flex items-center gap-2">
        <Time
          label={`From, hours ${number}`}
          value={span.from}
          onChange={(from) => onChange({ ...span, from })}
        />
        <span className="text-fg-3">until</span>
        <Time label={`Until, hours ${number}`} value={span.to} onChange={(to) => onChange({ ...span, to })} />
        {onRemove && (
          <IconButton
            label={`Remove hours ${number}`}
            icon={<X />}
            size="sm"
            className="ml-auto"
            onClick={onRemove}
          />
        )}
      </div>
      {error && <p className="text-exhausted-text text-xs">{error}</p>}
    </fieldset>
  );
}

/** Not the browser's own time field, which knows no 24:00. */
function Time({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Input
      aria-label={label}
      className="w-20 tabular-nums"
      inputMode="numeric"
      placeholder="22:00"
      maxLength={5}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
