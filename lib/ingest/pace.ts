/** Longest stretch of work at a time, ms: short beside what a page's query takes. */
const STRETCH_MS = 2;

/**
 * Keeps long work from holding up every other request: `await` what the returned function gives, which is nothing until
 * a stretch is over, and then a turn of the event loop.
 */
export function pace(stretchMs = STRETCH_MS): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < stretchMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        begun = performance.now();
        resolve();
      });
    });
  };
}

/**
 * Long work in the order in which it came, one at a time: side by side, all of it would be done at the end, and nothing
 * could be written meanwhile.
 */
export class Line {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
