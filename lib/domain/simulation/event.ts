/** Seconds in `reset_s`; the amounts are what the provider's headers said. */
type SimRateLimit = { name: string; limit: number; remaining: number; reset_s: number };

/** One usage event in the native ingest format; `id` and `time` are always set. */
export type SimEvent = {
  id: string;
  /** RFC 3339 with milliseconds. */
  time: string;
  key: string;
  key_name: string;
  provider: string;
  pool?: string;
  consumer: string;
  model?: string;
  operation?: string;
  method: string;
  route: string;
  region: string;
  user_agent: string;
  client_ip: string;
  /** 0: no response. */
  status: number;
  latency_ms: number;
  ttft_ms?: number;
  cost_usd?: number;
  input_tokens?: number;
  output_tokens?: number;
  cached_tokens?: number;
  request_bytes: number;
  response_bytes: number;
  attempt: number;
  stream?: boolean;
  cache_hit?: boolean;
  retry_after_s?: number;
  ratelimit?: SimRateLimit[];
  response_headers?: Record<string, string>;
  error?: unknown;
  error_type?: string;
  tags: Record<string, string>;
};
