import { contentOf, type Tone } from "../content";
import type { Notification } from "../notification";
import { headline } from "../words";

const STYLES: Record<Tone, string> = {
  critical: "attention",
  warning: "warning",
  resolved: "good",
  quiet: "emphasis",
  test: "accent",
};

interface Run {
  type: "TextRun";
  text: string;
  weight?: "Bolder";
  size?: "Medium";
  isSubtle?: true;
}

const run = (text: string, look: Omit<Run, "type" | "text"> = {}): Run => ({
  type: "TextRun",
  text,
  ...look,
});
const block = (...inlines: Run[]) => ({ type: "RichTextBlock", inlines });

/**
 * A message with an Adaptive Card, as the Workflows app of Teams takes it
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook). All text of
 * others stands in text runs, in which no markup works.
 */
export function teamsPayload(n: Notification): object {
  const content = contentOf(n);
  const body = [
    {
      type: "Container",
      style: STYLES[content.tone],
      bleed: true,
      items: [
        block(run(`${content.state} · ${content.happened}`, { weight: "Bolder" })),
        block(run(headline(n), { weight: "Bolder", size: "Medium" })),
        ...(content.detail === "" ? [] : [block(run(content.detail, { isSubtle: true }))]),
      ],
    },
    ...(content.condition === "" ? [] : [block(run(`${content.condition}.`))]),
    ...(content.note === "" ? [] : [block(run(content.note))]),
    {
      type: "Container",
      items: content.facts.map(({ label, text }) =>
        block(run(`${label}  `, { weight: "Bolder" }), run(text)),
      ),
    },
  ];
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: headline(n),
    msteams: { width: "Full" },
    body,
    actions: content.buttons.map(({ text, link }) => ({ type: "Action.OpenUrl", title: text, url: link })),
  };
  return {
    type: "message",
    attachments: [
      { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card },
    ],
  };
}
