/** What operators call a key's kind, owner or purpose by: name to value. */
export type KeyTags = Record<string, string>;

export const MOST_TAGS = 20;
export const MOST_TAG_NAME = 64;
export const MOST_TAG_VALUE = 128;

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.:/-]*$/u;

export const isTagName = (name: string): boolean => name.length <= MOST_TAG_NAME && NAME.test(name);

/** The tags with changes made: a value sets, null takes away. Names in order. */
export function changedTags(tags: KeyTags, changes: Readonly<Record<string, string | null>>): KeyTags {
  const next = new Map(Object.entries(tags));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries([...next].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether the tags have what is asked for: "team" for any value, "team=search" for this one. */
export function hasTag(tags: KeyTags, asked: string): boolean {
  const at = asked.indexOf("=");
  if (at === -1) return Object.hasOwn(tags, asked);
  const name = asked.slice(0, at);
  return Object.hasOwn(tags, name) && tags[name] === asked.slice(at + 1);
}

/** "team=search, env=prod", as people type and read them. */
export const tagWords = (tags: KeyTags): string =>
  Object.entries(tags)
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join(", ");

/** What was typed as tags, parted by commas or lines; "name" alone has an empty value. */
export function tagsOfText(text: string): KeyTags {
  const tags: [string, string][] = [];
  for (const part of text.split(/[,\n]/)) {
    const at = part.indexOf("=");
    const name = (at === -1 ? part : part.slice(0, at)).trim();
    if (name !== "") tags.push([name, at === -1 ? "" : part.slice(at + 1).trim()]);
  }
  return Object.fromEntries(tags);
}
