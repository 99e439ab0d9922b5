"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { type Answer, useAction } from "@/components/forms/use-action";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { MultiCombobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { Form, FormActions } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { TextLink } from "@/components/ui/text-link";
import { toast } from "@/components/ui/toast";
import { describeRule, type ScopeNames } from "@/lib/domain/alerting/describe";
import { compileRule } from "@/lib/domain/alerting/rule";
import type { RuleInput } from "@/lib/features/rules/schemas";
import { inputOf, type RuleDraft } from "./draft";
import { suggestedName } from "./draft-change";
import { draftIssues, type FieldIssue, fieldIssues, isBehindMore, readDraft } from "./draft-issues";
import type { PartProps, RuleChoices } from "./form-context";
import { MoreOptions } from "./more-options";
import { PreviewCard, type PreviewDays } from "./preview-card";
import { SentenceFields } from "./sentence-fields";
import { useRulePreview } from "./use-rule-preview";
import { WarningList } from "./warning-list";

/** Creates or changes a rule. `save` is the server's action; what it refuses appears at the field it names. */
export function RuleForm({
  id = null,
  initial,
  choices,
  save,
  submit,
  backHref,
}: {
  /** The rule that is being changed. */
  id?: string | null;
  initial: RuleDraft;
  choices: RuleChoices;
  save: (input: unknown) => Promise<Answer<{ id: string }>>;
  submit: string;
  backHref: string;
}) {
  const router = useRouter();
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<FieldIssue[]>([]);
  // What the summary says stays as it was when the form was sent; the fields' own words follow the typing.
  const [summary, setSummary] = useState<{ path: string; message: string }[]>([]);
  // A template's own choices are no reason to show all of them.
  const [more, setMore] = useState(() => id !== null && hasMore(initial));
  const [days, setDays] = useState<PreviewDays>(7);
  const { run, busy, failure } = useAction(save, (saved) => {
    toast(id === null ? "Rule created" : "Rule saved");
    router.push(`/rules/${saved.id}`);
    router.refresh();
  });
  // A name nobody typed follows what the rule watches.
  const named = draft.name.trim() === "" ? { ...draft, name: suggestedName(draft) } : draft;
  const rule = readDraft(named);
  const preview = useRulePreview(rule === null ? null : JSON.stringify(rule), id, days);
  const issues = tried ? [...draftIssues(named), ...refused] : refused;
  const part: PartProps = {
    draft,
    set(changes) {
      setDraft((before) => ({ ...before, ...changes }));
      setRefused([]);
    },
    issue: (field) => issues.find((one) => one.field === field)?.message,
  };
  async function send() {
    setTried(true);
    const faults = draftIssues(named);
    show(faults);
    if (faults.length > 0) return;
    const answer = await run(inputOf(named));
    if (answer.ok) return;
    const found = fieldIssues(named, answer.issues);
    setRefused(found);
    show(found);
  }
  function show(faults: readonly FieldIssue[]) {
    setSummary(faults.map(({ field, message }) => ({ path: field, message })));
    if (faults.some(({ field }) => isBehindMore(field))) setMore(true);
  }
  return (
    <Form
      action={() => void send()}
      issues={summary}
      message={summary.length > 0 ? null : failure?.message}
      className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_19rem]"
    >
      <div className="flex flex-col gap-4 lg:col-start-1">
        <Card>
          <div className="flex flex-col gap-6">
            <SentenceFields {...part} choices={choices.scope} />
            <div className="grid gap-4 sm:grid-cols-2">
              <Channels {...part} options={choices.channels} />
              <Field label="Name" error={part.issue("name")}>
                <Input
                  autoComplete="off"
                  placeholder={suggestedName(draft)}
                  value={draft.name}
                  onChange={(event) => part.set({ name: event.target.value })}
                />
              </Field>
            </div>
          </div>
        </Card>
        <Disclosure label="More options" open={more} onOpenChange={setMore}>
          <MoreOptions {...part} choices={choices} />
        </Disclosure>
        <PreviewCard rule={rule} state={preview} days={days} onDays={setDays} />
      </div>
      <div className="flex flex-col gap-4 lg:sticky lg:top-4 lg:col-start-2">
        <Words
          rule={rule}
          names={namesOf(draft, choices.scope)}
          // A form that was never complete has nothing wrong yet.
          faults={rule === null && preview.kind !== "waiting" ? draftIssues(named) : []}
        />
        {preview.kind === "shown" && rule !== null && <WarningList warnings={preview.preview.warnings} />}
        <FormActions className="pt-0">
          <Button type="submit" variant="primary" loading={busy} className="grow">
            {submit}
          </Button>
          <Link href={backHref} className={buttonClass()}>
            Cancel
          </Link>
        </FormActions>
      </div>
    </Form>
  );
}

function Channels({ draft, set, issue, options }: PartProps & { options: RuleChoices["channels"] }) {
  return (
    <Field
      label="Tell"
      error={issue("channels")}
      hint={
        options.length === 0 ? (
          <>
            There is no channel yet: the rule will open incidents and tell nobody.{" "}
            <TextLink href="/channels/new">Add a channel</TextLink>
          </>
        ) : draft.channels.length === 0 ? (
          "Without a channel the rule opens incidents and tells nobody."
        ) : undefined
      }
    >
      <MultiCombobox
        options={options}
        value={draft.channels}
        onChange={(channels) => set({ channels })}
        placeholder="Choose channels"
        disabled={options.length === 0}
      />
    </Field>
  );
}

function Words({
  rule,
  names,
  faults,
}: {
  rule: RuleInput | null;
  names: ScopeNames;
  faults: readonly FieldIssue[];
}) {
  return (
    <Card title="In words">
      <div aria-live="polite" className={rule === null ? "min-h-16 text-fg-3" : "foreign-text min-h-16"}>
        {rule !== null
          ? describeRule(compileRule(rule), names)
          : faults.length === 0
            ? "What the rule does stands here once its threshold is set and every field can be read."
            : faults.map(({ field, message }) => <p key={field}>{message}</p>)}
      </div>
    </Card>
  );
}

function Disclosure({
  label,
  open,
  onOpenChange,
  children,
}: {
  label: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: React.ReactNode;
}) {
  const id = useId();
  return (
    <Card padded={false}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onOpenChange(!open)}
        className="flex w-full items-center gap-2 rounded-xl px-4 py-3 text-left font-medium hover:bg-hover/60 focus-visible:-outline-offset-2"
      >
        <ChevronRight
          aria-hidden
          className={`size-4 text-fg-3 transition-transform duration-100 ${open ? "rotate-90" : ""}`}
        />
        {label}
      </button>
      <div id={id} hidden={!open} className="border-t px-4 py-4">
        {children}
      </div>
    </Card>
  );
}

/** Whether a rule uses what lies behind "More options". */
function hasMore(draft: RuleDraft): boolean {
  const plain = (text: string) => text.trim() === "" || text === "0";
  return !(
    Object.entries(draft.filters).every(
      ([field, value]) => plain(value) || (field === "provider" && draft.each !== "provider"),
    ) &&
    plain(draft.for.amount) &&
    plain(draft.keepFiringFor.amount) &&
    plain(draft.minRequests) &&
    Object.values(draft.tiers).every(({ recovery }) => plain(recovery)) &&
    draft.noData === "ok" &&
    draft.escalation.length === 0 &&
    draft.flapping.on &&
    draft.enabled
  );
}

/** What people call the ids that the draft's filters hold. */
function namesOf({ filters }: RuleDraft, scope: RuleChoices["scope"]): ScopeNames {
  const name = (field: "key" | "pool" | "source") =>
    scope[field].find(({ value }) => value === filters[field])?.label;
  const found = { key: name("key"), pool: name("pool"), source: name("source") };
  return Object.fromEntries(Object.entries(found).filter(([, label]) => label !== undefined));
}
