import { ruleInputSchema, rulePatchSchema } from "@/lib/domain/alerting/rule";
import { createChannelSchema, testChannelSchema, updateChannelSchema } from "@/lib/features/channels/schemas";
import { deliveriesQuerySchema } from "@/lib/features/deliveries/schemas";
import { rulesQuerySchema } from "@/lib/features/rules/queries";
import { backtestSchema, previewSchema } from "@/lib/features/rules/schemas";
import { pageSchema } from "../../page";
import {
  backtestAnswer,
  channelAnswer,
  channelPage,
  createdChannel,
  deliveryAnswer,
  deliveryPage,
  ruleDetail,
  rulePage,
} from "../answers/alerting";
import { previewAnswer, ruleTestAnswer } from "../answers/rule-preview";
import { created, done, ok, type Paths } from "../operation";

const rule = {
  name: "Requests near the limit",
  metric: "requests",
  scope: { each: "key", provider: "openai" },
  window: "5m",
  operator: ">=",
  tiers: [
    { severity: "warning", threshold: 800, recovery: 700 },
    { severity: "critical", threshold: 950 },
  ],
  channels: [],
};

const RULE = { id: "The rule's id." };
const CHANNEL = { id: "The channel's id." };
const DELIVERY = { id: "The delivery's id." };

export const alertingPaths: Paths = {
  "/api/v1/rules": {
    tag: "Rules",
    operations: {
      get: {
        id: "listRules",
        summary: "Rules, newest first",
        access: "viewer",
        query: rulesQuerySchema,
        answers: ok("A page of rules.", rulePage),
      },
      post: {
        id: "createRule",
        summary: "Create a rule",
        access: "operator",
        body: { schema: ruleInputSchema, example: rule },
        answers: created("The rule.", ruleDetail),
      },
    },
  },
  "/api/v1/rules/{id}": {
    tag: "Rules",
    parameters: RULE,
    operations: {
      get: {
        id: "getRule",
        summary: "A rule with its instances that are not ok",
        access: "viewer",
        answers: ok("The rule.", ruleDetail),
      },
      patch: {
        id: "updateRule",
        summary: "Change fields of a rule",
        description: "The rule that comes of it is checked as a whole, like a new one.",
        access: "operator",
        body: { schema: rulePatchSchema, example: { enabled: false } },
        answers: ok("The rule.", ruleDetail),
      },
      delete: {
        id: "deleteRule",
        summary: "Delete a rule; its open incidents are resolved",
        access: "operator",
        answers: done,
      },
    },
  },
  "/api/v1/rules/backtest": {
    tag: "Rules",
    operations: {
      post: {
        id: "backtestRule",
        summary: "What a rule would have done over stored events",
        description:
          "Covers [from, to), 92 days at most; times are RFC 3339 or epoch ms. Nothing is written.",
        access: "viewer",
        body: {
          schema: backtestSchema,
          example: { rule, from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z" },
        },
        answers: ok("Every transition, in order.", backtestAnswer, {
          transitions: [
            {
              at: "2026-11-22T14:05:10.000Z",
              key: "4503599627370496",
              group: null,
              from: "ok",
              to: "firing",
              severity: "warning",
              value: 812,
            },
          ],
          incidents: 1,
          notifications: 1,
          messages_per_week: 7,
          exhaustions: [
            {
              key: "4503599627370496",
              outcome: "rate_limited",
              at: "2026-11-22T14:09:40.000Z",
              warned_at: "2026-11-22T14:05:10.000Z",
              lead_s: 270,
            },
          ],
        }),
      },
    },
  },
  "/api/v1/rules/preview": {
    tag: "Rules",
    operations: {
      post: {
        id: "previewRule",
        summary: "What a rule reads now, and a chart of what it would have done in the last 1, 7 or 30 days",
        description:
          "What the form of a rule shows while it is written. `id` is the rule that is being changed.",
        access: "viewer",
        body: { schema: previewSchema, example: { rule, days: 7 } },
        answers: ok("Values, warnings, a back-test and a chart.", previewAnswer),
      },
    },
  },
  "/api/v1/rules/{id}/test": {
    tag: "Rules",
    parameters: RULE,
    operations: {
      post: {
        id: "testRule",
        summary: "Send a test through every channel of a rule and wait up to 20 s for the outcomes",
        access: "operator",
        body: { schema: testChannelSchema, example: { time_zone: "Europe/Berlin" }, optional: true },
        answers: ok("A delivery a channel.", ruleTestAnswer),
      },
    },
  },
  "/api/v1/channels": {
    tag: "Channels",
    operations: {
      get: {
        id: "listChannels",
        summary: "Channels, oldest first",
        access: "viewer",
        query: pageSchema,
        answers: ok("A page of channels.", channelPage),
      },
      post: {
        id: "createChannel",
        summary: "Create a channel",
        description:
          '`config` by kind: `email` `{"to": [addresses]}`, `sms` `{"to": [phone numbers]}`, `slack`, `teams`, `discord` and `alertmanager` `{"url"}`, `webhook` `{"url", "secret"?}`, `pagerduty` `{"routing_key", "url"?}`, `opsgenie` `{"api_key", "url"?}`. Secrets are never read back; a `secret` that is left out is made, and shown in this answer only.',
        access: "operator",
        body: {
          schema: createChannelSchema,
          example: { name: "Operations", kind: "email", config: { to: ["ops@example.com"] } },
        },
        answers: created("The channel.", createdChannel),
      },
    },
  },
  "/api/v1/channels/{id}": {
    tag: "Channels",
    parameters: CHANNEL,
    operations: {
      get: {
        id: "getChannel",
        summary: "One channel",
        access: "viewer",
        answers: ok("The channel.", channelAnswer),
      },
      patch: {
        id: "updateChannel",
        summary: "Rename, reconfigure or switch a channel",
        access: "operator",
        body: { schema: updateChannelSchema, example: { enabled: false } },
        answers: ok("The channel.", channelAnswer),
      },
      delete: {
        id: "deleteChannel",
        summary: "Delete a channel and take it off its rules",
        access: "operator",
        answers: done,
      },
    },
  },
  "/api/v1/channels/{id}/test": {
    tag: "Channels",
    parameters: CHANNEL,
    operations: {
      post: {
        id: "testChannel",
        summary: "Send a test message and wait up to 20 s for its outcome",
        access: "operator",
        body: { schema: testChannelSchema, example: { time_zone: "Europe/Berlin" }, optional: true },
        answers: ok("The delivery.", deliveryAnswer),
      },
    },
  },
  "/api/v1/deliveries": {
    tag: "Deliveries",
    operations: {
      get: {
        id: "listDeliveries",
        summary: "Deliveries, newest first",
        access: "viewer",
        query: deliveriesQuerySchema.extend(pageSchema.shape),
        answers: ok("A page of deliveries.", deliveryPage),
      },
    },
  },
  "/api/v1/deliveries/{id}": {
    tag: "Deliveries",
    parameters: DELIVERY,
    operations: {
      get: {
        id: "getDelivery",
        summary: "One delivery with every attempt",
        access: "viewer",
        answers: ok("The delivery.", deliveryAnswer),
      },
    },
  },
  "/api/v1/deliveries/{id}/repeat": {
    tag: "Deliveries",
    parameters: DELIVERY,
    operations: {
      post: {
        id: "repeatDelivery",
        summary: "Send a finished message again, as a new delivery",
        access: "operator",
        answers: created("The new delivery.", deliveryAnswer),
        problems: [409],
      },
    },
  },
};
