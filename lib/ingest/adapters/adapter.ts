import type { SourceFormat } from "@/lib/features/sources/schemas";
import type { IngestResult } from "../event";
import type { Fields } from "../fields";
import type { RawRecord } from "../records";

/** Formats that another gateway speaks; `auto` is no adapter but asks all of them. */
export type ForeignFormat = Exclude<SourceFormat, "native" | "auto">;

/** One request as an adapter sees it: decompressed, its sender known. */
export interface Delivery {
  /** Without the query and without a token. */
  path: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  body: Buffer;
}

/** The body of a 200, for senders that expect a certain one. A null type sends no body at all. */
export interface AdapterAnswer {
  type: string | null;
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** An event in the fields of the native format; undefined and null count as absent. Everything is checked afterwards. */
export interface NativeEvent {
  id?: string | undefined;
  time?: string | number | undefined;
  /** The key or a stable name for it. Absent: the call is attributed to its consumer, else to the source. */
  key?: string | undefined;
  key_name?: string | undefined;
  provider?: string | undefined;
  pool?: string | undefined;
  consumer?: string | undefined;
  model?: string | undefined;
  operation?: string | undefined;
  method?: string | undefined;
  route?: string | undefined;
  region?: string | undefined;
  user_agent?: string | undefined;
  error_type?: string | undefined;
  status?: number | undefined;
  latency_ms?: number | undefined;
  ttft_ms?: number | undefined;
  cost_usd?: number | undefined;
  input_tokens?: number | undefined;
  output_tokens?: number | undefined;
  cached_tokens?: number | undefined;
  request_bytes?: number | undefined;
  response_bytes?: number | undefined;
  attempt?: number | undefined;
  client_ip?: string | undefined;
  stream?: boolean | undefined;
  cache_hit?: boolean | undefined;
  retry_after_s?: number | undefined;
  response_headers?: Record<string, string> | undefined;
  error?: string | Fields | undefined;
  tags?: Record<string, string> | undefined;
}

/** One step of a gateway's set-up, ready to paste once `fillSetup` has filled in its placeholders. */
export interface SetupStep {
  /** What to do with it, in a sentence. */
  title: string;
  language: "json" | "yaml" | "ini" | "nginx" | "shell" | "toml" | "text";
  text: string;
}

/**
 * All that Keygauge knows of one gateway's log format: pure functions from what it posts to native events, and how it is
 * configured to post. Field tables and their sources: docs/gateways.
 */
export interface Adapter {
  format: ForeignFormat;
  /** What people call the gateway. */
  title: string;
  /** What it is, or how it sends, in a line of at most 70 characters. */
  about: string;
  setup: readonly SetupStep[];
  /** Paths that are worth a source's `key_from`: where its records may carry the caller's own key. */
  keyPaths?: readonly { path: string; what: string }[];
  /** Whether a record has this gateway's shape; asked when a source's format is `auto`. */
  recognises(record: Fields): boolean;
  /** Whether a whole delivery is this sender's own envelope; asked by `auto` before any record is read. */
  claims?(delivery: Delivery): boolean;
  /** The records of an envelope. Throws FieldError when it cannot be opened. Default: `looseRecords`. */
  records?(delivery: Delivery): RawRecord[];
  /**
   * The calls that one record reports; none when it reports none. The first is the call itself, to which the source's
   * `key_from` applies; others are further keys that took part. Throws FieldError for a record that cannot be read.
   */
  events(record: Fields): NativeEvent[];
  /** What a 200 carries; `now` is the clock in epoch ms. Default: the result as JSON. */
  answer?(delivery: Delivery, result: IngestResult, now: number): AdapterAnswer;
  /** Several records may report one call: of those with the same id the first one within 24 h stands, whatever its time. */
  once?: true;
  /** Headers on every answer, by which the sender knows that the endpoint is its owner's. */
  greeting?(header: Delivery["header"], query: URLSearchParams): Record<string, string>;
  /** Whether the sender's signature under `secret` is right; asked when the source has a signing secret. */
  verify?(delivery: Delivery, secret: string): boolean;
}
