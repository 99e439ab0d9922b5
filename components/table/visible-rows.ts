type View = {
  /** How far the box is scrolled, and how much of it shows, in px. */
  top: number;
  height: number;
  rowHeight: number;
  count: number;
};

/** Rows drawn beyond the edges, so that a quick scroll shows no gap. */
const BEYOND = 8;

/** Which of `count` rows of one height to draw: [first, last), and the room of those left out, in px. */
export function visibleRows({ top, height, rowHeight, count }: View): {
  first: number;
  last: number;
  before: number;
  after: number;
} {
  const begin = Math.floor(Math.max(0, top) / rowHeight) - BEYOND;
  const end = Math.ceil((Math.max(0, top) + height) / rowHeight) + BEYOND;
  const last = Math.min(count, Math.max(0, end));
  const first = Math.min(last, Math.max(0, begin));
  return { first, last, before: first * rowHeight, after: (count - last) * rowHeight };
}

/** The pages of `size` rows that hold [first, last), as one stretch to ask the server for. */
export function stretchOf(first: number, last: number, size: number): { offset: number; limit: number } {
  const offset = Math.floor(first / size) * size;
  return { offset, limit: Math.max(size, Math.ceil((last - offset) / size) * size) };
}
