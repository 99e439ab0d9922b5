import { contentOf, TONE_COLOURS } from "../content";
import type { Notification } from "../notification";
import { plainLine } from "../plain";
import { headline } from "../words";

// https://docs.discord.com/developers/resources/message#embed-object-embed-limits
const MOST_FIELDS = 25;
const EMBED_CHARACTERS = 6_000;
/** Room for the escapes, each of which is a character. */
const CONTENT = 900;
const FIELD_NAME = 100;
const FIELD_VALUE = 500;

/** A message with one embed. Nobody is ever mentioned by it, and no format of a name works. */
export function discordPayload(n: Notification): object {
  const content = contentOf(n);
  const links = content.buttons.map(({ text, link }) => `[${text}](${inParentheses(link)})`).join(" · ");
  const description = [content.detail, content.condition === "" ? "" : `${content.condition}.`, content.note]
    .filter((line) => line !== "")
    .map(escaped);
  const open = content.buttons[0]?.link;
  const embed = {
    title: content.happened,
    ...(open === undefined ? {} : { url: open }),
    description: [...description, links].filter((line) => line !== "").join("\n"),
    color: Number.parseInt(TONE_COLOURS[content.tone].slice(1), 16),
    timestamp: new Date(n.at).toISOString(),
    footer: { text: "Keygauge" },
  };
  return {
    username: "Keygauge",
    content: `**${content.state}** · ${escaped(plainLine(headline(n), CONTENT))}`,
    allowed_mentions: { parse: [] },
    embeds: [{ ...embed, fields: fieldsWithin(content.facts, EMBED_CHARACTERS - lengthOf(embed)) }],
  };
}

function fieldsWithin(facts: readonly { label: string; text: string }[], room: number) {
  const fields: { name: string; value: string; inline: boolean }[] = [];
  let left = room;
  for (const { label, text } of facts.slice(0, MOST_FIELDS)) {
    const name = escaped(plainLine(label, FIELD_NAME));
    const value = escaped(plainLine(text, FIELD_VALUE));
    left -= name.length + value.length;
    if (left < 0) break;
    fields.push({ name, value, inline: text.length <= 40 });
  }
  return fields;
}

function lengthOf(embed: { title: string; description: string; footer: { text: string } }): number {
  return embed.title.length + embed.description.length + embed.footer.text.length;
}

/** Markdown, mentions, emoji and addresses as plain characters. */
function escaped(text: string): string {
  return text.replace(/[\\`*_~|<>[\]()#@:-]/g, "\\$&");
}

/** A link that stands in parentheses. */
const inParentheses = (link: string): string => link.replaceAll("(", "%28").replaceAll(")", "%29");
