import { z } from "zod";

/** What a source may send: Keygauge's own events, or another gateway's records. */
export const SOURCE_FORMATS = [
  "native",
  "auto",
  "apipark",
  "kong",
  "apisix",
  "litellm",
  "envoy",
  "traefik",
  "nginx",
  "portkey",
  "tyk",
  "cloudevents",
  "firehose",
  "helicone",
  "vercel",
  "otlp",
] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

const name = z
  .string({ error: "expected a name" })
  .trim()
  .min(1, "expected a name")
  .max(100, "expected at most 100 characters");
const format = z.enum(SOURCE_FORMATS, { error: `expected one of ${SOURCE_FORMATS.join(", ")}` });
const fieldPath = z
  .string({ error: "expected a field path such as request.headers.x-api-key" })
  .trim()
  .min(1, "expected a field path such as request.headers.x-api-key")
  .max(200, "expected at most 200 characters");
const keyFrom = z
  .array(fieldPath, { error: "expected a list of field paths" })
  .max(20, "expected at most 20 field paths");

/** What the gateway signs its deliveries with; null takes it away. Written, never read. */
const signingSecret = z
  .string({ error: "expected a text, or null for none" })
  .trim()
  .min(8, "expected at least 8 characters")
  .max(500, "expected at most 500 characters")
  .nullable();

export const createSourceSchema = z.object({
  name,
  format: format.default("native"),
  key_from: keyFrom.default([]),
  signing_secret: signingSecret.default(null),
});

export const updateSourceSchema = z
  .object({ name, format, key_from: keyFrom, signing_secret: signingSecret })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    message: "expected at least one of name, format, key_from, signing_secret",
  });

/** One rejected record, as the ingest pipeline kept it; newest first. */
export interface RejectSample {
  at: string;
  index: number;
  field: string;
  message: string;
  /** As received, with its texts masked; null when it was no JSON. */
  record: unknown;
}

/** The latest record of a source: what arrived and what was made of it. */
export interface SourceSample {
  at: string;
  /** As received, with every text masked that is not in `understood`. */
  received: unknown;
  /** The fields of the stored event that have a value. */
  understood: { key: { id: string; hint: string; name: string | null }; [field: string]: unknown };
}

/** A source as API and pages see it. Times are RFC 3339. */
export interface SourceDto {
  /** A decimal string. */
  id: string;
  name: string;
  format: string;
  key_from: string[];
  /** Whether it has a signing secret, and so takes only deliveries that are signed with it. */
  signed: boolean;
  created_at: string;
  updated_at: string;
  last_event_at: string | null;
  /** Events that occurred in the last 60 s. */
  requests_per_minute: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  rejects: RejectSample[];
  sample: SourceSample | null;
  /** The ingest token in force; null after it was revoked. Only its last characters are known. */
  ingest_token: { id: string; hint: string; created_at: string; last_used_at: string | null } | null;
}
