import type { SignalLimit } from "@/lib/domain/signals/types";

/** A checked event, ready to be stored: units as in the database, strings bounded and free of the raw key. */
export interface CheckedEvent {
  keyId: number;
  fingerprint: Buffer;
  /** Lower case; "" when the gateway did not say. */
  provider: string;
  hint: string;
  keyName: string | null;
  pool: string | null;
  /** Epoch ms. */
  at: number;
  /** 64-bit, signed. */
  eventId: bigint;
  /** True for an event with an id but no time of its own: a receipt tells it apart for 24 h. */
  receipt: boolean;
  /** True when two events of one flush can be the same: it came with an id. */
  named: boolean;
  consumer: string | null;
  model: string | null;
  operation: string | null;
  method: string | null;
  route: string | null;
  region: string | null;
  agent: string | null;
  errorType: string | null;
  reason: string | null;
  status: number | null;
  outcome: number;
  latencyMs: number | null;
  ttftMs: number | null;
  retryAfterS: number | null;
  costMicros: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cachedTokens: number | null;
  requestBytes: number | null;
  responseBytes: number | null;
  attempt: number | null;
  stream: boolean | null;
  cacheHit: boolean | null;
  clientIp: string | null;
  /** JSON text. */
  tags: string | null;
  /** Packed: lib/domain/signals/packed.ts. */
  ratelimit: string | null;
  /** Epoch ms. */
  quotaResetAt: number | null;
  limits: readonly SignalLimit[];
}

export interface Rejection {
  index: number;
  field: string;
  message: string;
}

/** What a request's events came to. */
export interface IngestResult {
  accepted: number;
  duplicates: number;
  rejected: number;
  errors: Rejection[];
}
