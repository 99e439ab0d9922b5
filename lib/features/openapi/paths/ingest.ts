import { z } from "zod";
import { eventsQuerySchema } from "@/lib/features/usage/schemas";
import { pageSchema } from "../../page";
import { eventPage } from "../answers/usage";
import { ingestEventSchema } from "../ingest-event";
import { named, type Paths } from "../operation";

const count = z.int().min(0);

const stored = named(
  "IngestResult",
  z.strictObject({
    accepted: count,
    duplicates: count,
    rejected: count,
    errors: z
      .array(z.strictObject({ index: count, field: z.string(), message: z.string() }))
      .describe("100 at most."),
  }),
);

const example = {
  id: "req-7f3a",
  key: "sk-live-0123456789abcdef",
  key_name: "prod-chat",
  provider: "openai",
  consumer: "team-search",
  model: "gpt-4o-mini",
  route: "/v1/chat/completions",
  status: 200,
  latency_ms: 812,
  input_tokens: 640,
  output_tokens: 128,
  cost_usd: 0.00017,
};

export const ingestPaths: Paths = {
  "/api/v1/events": {
    tag: "Events",
    operations: {
      post: {
        id: "sendEvents",
        summary: "Send usage events",
        description:
          'One event, an array, `{"events": […]}`, or NDJSON (`application/x-ndjson`); gzip is accepted. At most 5 MiB after decompression and 10,000 events. The answer comes after the commit. Events without `id` take `<Idempotency-Key>/<index>` when that header is sent.',
        access: "ingest",
        problems: [408],
        body: {
          schema: z.union([
            ingestEventSchema,
            z.array(ingestEventSchema).max(10_000),
            z.object({ events: z.array(ingestEventSchema).max(10_000) }),
          ]),
          example: { events: [example] },
        },
        answers: {
          200: {
            description: "Stored, apart from the rejected ones.",
            schema: stored,
            example: { accepted: 1, duplicates: 0, rejected: 0, errors: [] },
          },
          422: { description: "Every event was rejected.", schema: stored },
        },
      },
      get: {
        id: "listEvents",
        summary: "Stored events, newest first",
        access: "viewer",
        query: eventsQuerySchema.extend(pageSchema.shape),
        answers: { 200: { description: "A page of events.", schema: eventPage } },
      },
    },
  },
};
