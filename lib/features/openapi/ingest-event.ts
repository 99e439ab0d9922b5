import { z } from "zod";

const label = z.string().nullish();
const amount = z.number().min(0).nullish();
const whole = z.int().min(0).nullish();

/**
 * The native event as its sender writes it, for the description only: lib/ingest/check.ts is what checks, field by field
 * and without zod for speed. A test holds the two together.
 */
export const ingestEventSchema = z
  .looseObject({
    id: z
      .string()
      .min(1)
      .max(200)
      .nullish()
      .describe("Makes the event idempotent: the same source, id, key and time count once."),
    time: z
      .union([z.string(), z.number()])
      .nullish()
      .describe(
        "RFC 3339 with an offset, or Unix time in s, ms, µs or ns, told apart by size. Default: arrival.",
      ),
    key: z
      .string()
      .min(1)
      .max(4096)
      .describe("The API key, or any stable name for it. Kept as a fingerprint and a masked hint only."),
    key_name: label.describe("What people call the key. Labels are cut after 512 characters."),
    provider: label.describe("In lower case; part of the key's identity."),
    pool: label,
    consumer: label.describe("Who used the key: a team, a user, an app."),
    model: label,
    operation: label,
    method: label,
    route: label.describe("Loses its query and fragment on arrival."),
    region: label,
    user_agent: label,
    error_type: label,
    status: z
      .union([z.literal(0), z.int().min(100).max(599)])
      .nullish()
      .describe("The HTTP status; 0 when there was no response."),
    latency_ms: amount,
    ttft_ms: amount.describe("Time to the first token."),
    cost_usd: amount,
    input_tokens: whole.describe("Cached tokens included."),
    output_tokens: whole,
    cached_tokens: whole,
    request_bytes: whole,
    response_bytes: whole,
    attempt: whole,
    client_ip: z.union([z.ipv4(), z.ipv6()]).nullish(),
    stream: z.boolean().nullish(),
    cache_hit: z.boolean().nullish(),
    retry_after_s: amount,
    ratelimit: z
      .array(
        z.looseObject({
          name: z.string(),
          limit: z.number().nullish(),
          remaining: z.number().nullish(),
          reset_s: z.number().nullish(),
        }),
      )
      .max(50)
      .nullish()
      .describe("What the provider's limit headers said."),
    response_headers: z
      .record(z.string(), z.string())
      .nullish()
      .describe("The provider's answer: its limit headers are understood, nothing of it is stored."),
    error: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .nullish()
      .describe("The provider's error body, 8 KiB at most: its codes are understood, its text is dropped."),
    tags: z.record(z.string(), z.string()).nullish().describe("20 at most."),
  })
  .describe("One API call made with a key. Unknown fields are ignored.");
