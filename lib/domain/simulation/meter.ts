import { nextPeriod } from "../usage/zone";
import type { ProviderLimit } from "./providers";

export type Reading = { limit: ProviderLimit; remaining: number; resetMs: number };

export type Meter = {
  limit: ProviderLimit;
  /** Milliseconds until `amount` would fit; 0 when it does now. */
  wait(amount: number, nowMs: number): number;
  /** Uses `amount`; the caller has asked `wait` first. */
  take(amount: number, nowMs: number): void;
  /** What the provider would answer in its headers now. */
  read(nowMs: number): Reading;
};

/** Starts full at the first use and gains `amount` units evenly over each window; holds `amount` at most. */
function bucketMeter(limit: ProviderLimit): Meter {
  const perMs = limit.amount / limit.windowMs;
  let level = limit.amount;
  let seenMs = Number.NEGATIVE_INFINITY;
  const fill = (nowMs: number) => {
    if (nowMs <= seenMs) return;
    level =
      seenMs === Number.NEGATIVE_INFINITY ? level : Math.min(limit.amount, level + (nowMs - seenMs) * perMs);
    seenMs = nowMs;
  };
  return {
    limit,
    wait(amount, nowMs) {
      fill(nowMs);
      // A request larger than the whole bucket passes when the bucket is full, and leaves a debt.
      return Math.max(0, Math.min(amount, limit.amount) - level) / perMs;
    },
    take(amount, nowMs) {
      fill(nowMs);
      level -= amount;
    },
    read(nowMs) {
      fill(nowMs);
      return { limit, remaining: Math.max(0, Math.floor(level)), resetMs: (limit.amount - level) / perMs };
    },
  };
}

/** Counts within a window and forgets at its end. */
function windowMeter(limit: ProviderLimit): Meter {
  let used = 0;
  let endsMs = Number.NEGATIVE_INFINITY;
  const roll = (nowMs: number) => {
    if (nowMs < endsMs) return;
    used = 0;
    endsMs =
      limit.window === "day"
        ? nextPeriod("day", limit.timeZone ?? "UTC", nowMs)
        : (Math.floor(nowMs / limit.windowMs) + 1) * limit.windowMs;
  };
  return {
    limit,
    wait(amount, nowMs) {
      roll(nowMs);
      return used > 0 && used + amount > limit.amount ? endsMs - nowMs : 0;
    },
    take(amount, nowMs) {
      roll(nowMs);
      used += amount;
    },
    read(nowMs) {
      roll(nowMs);
      return { limit, remaining: Math.max(0, limit.amount - used), resetMs: endsMs - nowMs };
    },
  };
}

export function createMeter(limit: ProviderLimit): Meter {
  return limit.window === "bucket" ? bucketMeter(limit) : windowMeter(limit);
}
