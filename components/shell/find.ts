/** Something the palette can lead to, by the words it is found by. */
export type Findable = { label: string; words?: string };

/**
 * The entries in which every word of `query` occurs, those where the words begin the label's own words first; all of
 * them, in their order, without a query.
 */
export function findEntries<T extends Findable>(entries: readonly T[], query: string): T[] {
  const sought = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .map((entry, index) => ({ entry, index, score: scoreOf(entry, sought) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.index - b.index)
    .map(({ entry }) => entry);
}

function scoreOf({ label, words = "" }: Findable, sought: readonly string[]): number | null {
  let score = 0;
  const own = label.toLowerCase();
  const all = `${own} ${words.toLowerCase()}`;
  for (const word of sought) {
    if (!all.includes(word)) return null;
    if (own.startsWith(word)) score += 3;
    else if (own.split(/\s+/).some((part) => part.startsWith(word))) score += 2;
    else if (own.includes(word)) score += 1;
  }
  return score;
}
