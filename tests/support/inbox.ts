/** Things that arrive at a test server, and a way to wait for them without sleeping. */
export class Inbox<T> {
  readonly items: T[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: T): void {
    this.items.push(item);
    for (const check of [...this.waiting]) check();
  }

  /**
   * Resolves with everything received once there are that many items, or once the condition holds. Rejects after
   * `timeoutMs`, saying how much had arrived.
   */
  waitFor(wanted: number | ((items: readonly T[]) => boolean), timeoutMs = 10_000): Promise<T[]> {
    const holds = () => (typeof wanted === "number" ? this.items.length >= wanted : wanted(this.items));
    return new Promise((resolve, reject) => {
      const finish = () => {
        this.waiting.delete(check);
        clearTimeout(timer);
      };
      const check = () => {
        if (!holds()) return;
        finish();
        resolve([...this.items]);
      };
      const timer = setTimeout(() => {
        finish();
        const what = typeof wanted === "number" ? `${wanted} messages` : "the condition";
        reject(new Error(`Waited ${timeoutMs} ms for ${what}; ${this.items.length} messages had arrived`));
      }, timeoutMs);
      this.waiting.add(check);
      check();
    });
  }
}
