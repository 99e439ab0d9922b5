import { contentOf, TONE_COLOURS } from "../content";
import type { Notification } from "../notification";
import { plainLine } from "../plain";
import { headline } from "../words";

type Element =
  | { type: "text"; text: string; style?: { bold: true } }
  | { type: "link"; url: string; text: string };

const text = (words: string): Element => ({ type: "text", text: words });
const bold = (words: string): Element => ({ type: "text", text: words, style: { bold: true } });

/**
 * A message of Block Kit (https://docs.slack.dev/reference/block-kit). All text of others stands in rich-text elements,
 * which Slack shows as they are: no mention, link or format in them works. Links are links and not buttons, since a
 * button asks the app that owns the webhook for an answer.
 */
export function slackPayload(n: Notification): object {
  const content = contentOf(n);
  const title = headline(n);
  const lines: Element[][] = [
    [bold(content.happened), ...(content.detail === "" ? [] : [text(`  ${content.detail}`)])],
    ...(content.condition === "" ? [] : [[text(sentence(content.condition))]]),
    ...(content.note === "" ? [] : [[text(content.note)]]),
    ...content.facts.map(({ label, text: words }) => [bold(`${label}  `), text(words)]),
  ];
  const links = content.buttons.map(
    ({ text: words, link }): Element => ({ type: "link", url: link, text: words }),
  );
  const body = [...lines, ...(links.length === 0 ? [] : [separated(links)])];
  return {
    // What notifications of the system and old clients show; the blocks stand in its place elsewhere.
    text: escaped(plainLine(`[${content.state}] ${title}`, 300)),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [richText([[bold(`${content.state} · `), text(title)]])],
    attachments: [
      { color: TONE_COLOURS[content.tone], fallback: escaped(content.happened), blocks: [richText(body)] },
    ],
  };
}

function richText(lines: readonly Element[][]): object {
  const elements = lines.flatMap((line, index) => (index === 0 ? line : [text("\n"), ...line]));
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

function separated(links: readonly Element[]): Element[] {
  return links.flatMap((link, index) => (index === 0 ? [link] : [text("  ·  "), link]));
}

/** The three characters that mean something in text that Slack parses. */
function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
