import { MINUTE } from "../usage/duration";

/** So many messages at once, and so many a minute after that. */
export interface Limit {
  burst: number;
  perMinute: number;
}

/** A token bucket as it was at `filledAt`, epoch ms. */
export interface Bucket {
  tokens: number;
  filledAt: number;
}

/** The bucket at `now`; a clock that was set back fills nothing. */
export function refill(bucket: Bucket, limit: Limit, now: number): Bucket {
  const gained = (Math.max(0, now - bucket.filledAt) / MINUTE) * limit.perMinute;
  return { tokens: Math.min(limit.burst, bucket.tokens + gained), filledAt: now };
}

/** Ms until the bucket holds `wanted`; 0 when it does. More than it can ever hold counts as full. */
export function waitFor(bucket: Bucket, limit: Limit, wanted: number): number {
  const missing = Math.min(wanted, limit.burst) - bucket.tokens;
  return missing <= 0 ? 0 : Math.ceil((missing / limit.perMinute) * MINUTE);
}
