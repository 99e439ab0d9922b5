/**
 * Runs `work` at once and then so long after each run has ended; never two at a time. `work` says when it wants to run
 * next, in ms. The stop waits for a run under way.
 */
export function repeat(work: () => Promise<number>): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let run = once();

  async function once(): Promise<void> {
    const next = await work();
    if (stopped) return;
    timer = setTimeout(() => {
      run = once();
    }, next);
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return run;
    },
  };
}
