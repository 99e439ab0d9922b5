import { z } from "zod";
import { MOST_COMPARED } from "@/lib/domain/charts/compare";
import { PRESETS } from "@/lib/domain/charts/range";
import { callFilterSchema, usageQuerySchema } from "@/lib/domain/usage/query";
import { updateKeysSchema } from "@/lib/features/keys/bulk";
import {
  createKeySchema,
  keysFilterSchema,
  keysQuerySchema,
  updateKeySchema,
} from "@/lib/features/keys/schemas";
import { createLimitSchema, updateLimitSchema } from "@/lib/features/limits/schemas";
import { streamSchema } from "@/lib/features/stream/schemas";
import { pageSchema } from "../../page";
import { keyActivity, keyStates } from "../answers/key-detail";
import {
  csvFile,
  keyAnswer,
  keyPage,
  keysChanged,
  limitAnswer,
  limitPage,
  overviewAnswer,
  usageAnswer,
} from "../answers/usage";
import { created, done, named, ok, type Paths } from "../operation";

/** What an answer over time covers. */
export const range = z.object({
  range: z.enum(PRESETS).default("1h").describe("Up to now; or give `from` and `to`."),
  from: z.string().optional().describe("RFC 3339 or epoch ms."),
  to: z.string().optional().describe("RFC 3339 or epoch ms."),
});

const KEY = { id: "The key's id." };
const LIMIT = { ...KEY, limit: "The limit's id." };

export const usagePaths: Paths = {
  "/api/v1/keys": {
    tag: "Keys",
    operations: {
      get: {
        id: "listKeys",
        summary: "Keys with state, limits and headroom",
        access: "viewer",
        query: keysQuerySchema.extend(pageSchema.shape),
        answers: ok("A page of keys.", keyPage),
      },
      patch: {
        id: "updateKeys",
        summary: "Change many keys at once",
        description: "500 keys at most, all of them or none. What is not named stays as it is.",
        access: "operator",
        body: { schema: updateKeysSchema, example: { keys: ["4503599627370495"], pool: "chat" } },
        answers: ok("How many keys were named.", keysChanged),
      },
      post: {
        id: "registerKey",
        summary: "Register a key before its first event",
        description: "A key that is known takes the name and pool given. The key itself is not stored.",
        access: "operator",
        body: {
          schema: createKeySchema,
          example: { key: "sk-live-0123456789abcdef", provider: "openai", name: "prod-chat", pool: "chat" },
        },
        answers: {
          200: { description: "The key was known.", schema: keyAnswer },
          201: { description: "The key is new.", schema: keyAnswer },
        },
      },
    },
  },
  "/api/v1/keys.csv": {
    tag: "Keys",
    operations: {
      get: {
        id: "exportKeys",
        summary: "All keys that match, as a CSV file",
        description: "The filters and order of the list. The limit of a row is the key's tightest.",
        access: "viewer",
        query: keysFilterSchema,
        answers: {
          200: {
            description: "A row a key, after the names of the columns.",
            schema: csvFile,
            type: "text/csv",
          },
        },
      },
    },
  },
  "/api/v1/keys/{id}": {
    tag: "Keys",
    parameters: KEY,
    operations: {
      get: {
        id: "getKey",
        summary: "One key",
        access: "viewer",
        answers: ok("The key.", keyAnswer),
      },
      patch: {
        id: "updateKey",
        summary: "Rename, block, retire or move a key",
        access: "operator",
        body: { schema: updateKeySchema, example: { blocked: true } },
        answers: ok("The key.", keyAnswer),
      },
      delete: {
        id: "deleteKey",
        summary: "Delete a key with its history",
        description:
          "Events, sums, limits and annotations go for good, incidents and messages stay. When the key is used again, it comes back as new. To keep its history, retire it.",
        access: "admin",
        answers: done,
      },
    },
  },
  "/api/v1/keys/{id}/activity": {
    tag: "Keys",
    parameters: KEY,
    operations: {
      get: {
        id: "getKeyActivity",
        summary: "What a key's page shows: chart, incidents and latest events",
        access: "viewer",
        description:
          "With filters, the activity counts the calls that match; cached tokens are not told apart then.",
        query: range.extend(callFilterSchema.omit({ key: true, provider: true, pool: true }).shape).extend({
          compare: z
            .array(z.string())
            .max(MOST_COMPARED)
            .optional()
            .describe("`previous`, or up to four ids of other keys."),
        }),
        answers: ok("The key over the range.", keyActivity),
      },
    },
  },
  "/api/v1/keys/{id}/states": {
    tag: "Keys",
    parameters: KEY,
    operations: {
      get: {
        id: "getKeyStates",
        summary: "A key's states over a range",
        description:
          "Follows from stored use, so that it reaches back before anybody looked. Within a step the strongest failure counts as the last call.",
        access: "viewer",
        query: range,
        answers: ok("The states, without a gap.", keyStates),
      },
    },
  },
  "/api/v1/keys/{id}/limits": {
    tag: "Limits",
    parameters: KEY,
    operations: {
      get: {
        id: "listLimits",
        summary: "A key's limits with what is used of each",
        access: "viewer",
        answers: ok("All limits.", limitPage),
      },
      post: {
        id: "declareLimit",
        summary: "Declare a limit",
        access: "operator",
        body: {
          schema: createLimitSchema,
          example: { metric: "requests", amount: 1000, window: "1m", time_zone: "UTC" },
        },
        answers: created("The limit.", limitAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/keys/{id}/limits/{limit}": {
    tag: "Limits",
    parameters: LIMIT,
    operations: {
      get: {
        id: "getLimit",
        summary: "One limit",
        access: "viewer",
        answers: ok("The limit.", limitAnswer),
      },
      patch: {
        id: "updateLimit",
        summary: "Change a declared limit",
        access: "operator",
        body: { schema: updateLimitSchema, example: { amount: 2000 } },
        answers: ok("The limit.", limitAnswer),
        problems: [409],
      },
      delete: {
        id: "deleteLimit",
        summary: "Delete a declared limit",
        access: "operator",
        answers: done,
        problems: [409],
      },
    },
  },
  "/api/v1/usage": {
    tag: "Usage",
    operations: {
      get: {
        id: "getUsage",
        summary: "Series of metrics over time",
        description:
          "Covers [from, to), the last hour by default. Points stand at the bucket's start, ascending, none missing: sums are 0 where nothing happened, the others null. `model`, `route`, `status` and `outcome` look at single calls: at steps of an hour or more one of them alone reaches as far back as hours are kept, otherwise as far as events are. Keys are summed unless grouped; by `model`, `route`, `status` and `client_ip` need a step of an hour or more, and tell the 50 values of a key's hour with the most requests apart; the group `(other)` is the rest. `distinct_ips` is exact below 512 addresses; above, at steps of an hour or more, an estimate with a standard error of 4.4 %.",
        access: "viewer",
        query: usageQuerySchema,
        answers: ok("One series a metric and group.", usageAnswer, {
          series: [{ metric: "requests", group: null, points: [[1795442400000, 12]] }],
        }),
      },
    },
  },
  "/api/v1/overview": {
    tag: "Usage",
    operations: {
      get: {
        id: "getOverview",
        summary: "What the overview page shows",
        access: "viewer",
        query: range.extend({
          tz: z.string().default("UTC").describe("The IANA zone whose day is today."),
        }),
        answers: ok("The overview.", overviewAnswer),
      },
    },
  },
  "/api/v1/stream": {
    tag: "Usage",
    operations: {
      get: {
        id: "openStream",
        summary: "Live updates as server-sent events",
        description:
          "`usage`: the touched keys and what was added to their 10 s buckets. `changed`: an entity was written. `missed`: what came after `since` is no longer known. `alive`: nothing happened for 5 s.",
        access: "viewer",
        query: streamSchema,
        answers: {
          200: {
            description: "A stream that ends only with the connection.",
            type: "text/event-stream",
            schema: named("Stream", z.string()),
          },
        },
      },
    },
  },
};
