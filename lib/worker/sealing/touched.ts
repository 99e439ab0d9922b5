import { HOUR } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import type { KeyHour } from "./seal";

/** Key-hours remembered at most: some 20 MB. */
const MAX_HOURS = 200_000;

/** Which key-hours got events, and when last. */
export class TouchedHours {
  readonly #hours = new Map<number, Map<number, number>>();
  #size = 0;

  /** `at`: any instant of the hour. False when it cannot be remembered. */
  touch(keyId: number, at: number, now: number): boolean {
    const bucket = floorBucket(at, HOUR);
    let keys = this.#hours.get(bucket);
    if (keys === undefined || !keys.has(keyId)) {
      if (this.#size >= MAX_HOURS) return false;
      this.#size += 1;
    }
    if (keys === undefined) {
      keys = new Map();
      this.#hours.set(bucket, keys);
    }
    keys.set(keyId, now);
    return true;
  }

  /** Takes out up to `limit` key-hours that ended, and were touched last, `restMs` ago or longer. */
  take(now: number, restMs: number, limit: number): KeyHour[] {
    const taken: KeyHour[] = [];
    for (const [bucket, keys] of this.#hours) {
      if (bucket + HOUR + restMs > now) continue;
      for (const [keyId, touchedAt] of keys) {
        if (taken.length === limit) return taken;
        if (touchedAt + restMs > now) continue;
        keys.delete(keyId);
        this.#size -= 1;
        taken.push({ keyId, bucket });
      }
      if (keys.size === 0) this.#hours.delete(bucket);
    }
    return taken;
  }
}
