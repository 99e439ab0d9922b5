import { z } from "zod";
import { type SmsBudgetDto, smsBudgetSchema } from "@/lib/features/sms-budget/schemas";
import { done, named, ok, type Paths } from "../operation";

const count = z.int().min(0);

const budgetAnswer = named(
  "SmsBudget",
  z.strictObject({
    per_day: count.nullable().describe("null is no bound."),
    per_month: count.nullable(),
    time_zone: z.string().describe("In which days and months begin."),
    channel: z
      .string()
      .nullable()
      .describe("Gets what the budget has no room for, where an SMS channel has no fallback of its own."),
    used_today: count,
    used_this_month: count,
  }),
) satisfies z.ZodType<SmsBudgetDto>;

/** The fields of Twilio's that are read; it sends more. */
const receipt = z.object({
  MessageSid: z.string(),
  To: z.string(),
  MessageStatus: z.string().describe("queued, sending, sent, delivered, undelivered, failed …"),
  ErrorCode: z.string().optional(),
});
const reply = z.object({
  MessageSid: z.string(),
  From: z.string(),
  Body: z.string().describe("1, ACK, ACK and a reference such as #8K2MQZA, STOP, START, HELP"),
  OptOutType: z.string().optional(),
});
const SIGNED = "For Twilio: only requests with the account's X-Twilio-Signature are taken.";

export const sendingPaths: Paths = {
  "/api/v1/settings/sms-budget": {
    tag: "Channels",
    operations: {
      get: {
        id: "getSmsBudget",
        summary: "How many SMS may go out, and have",
        access: "viewer",
        answers: ok("The budget.", budgetAnswer),
      },
      put: {
        id: "setSmsBudget",
        summary: "Bound the SMS of a day and a month, counted a number",
        access: "admin",
        body: {
          schema: smsBudgetSchema,
          example: { per_day: 50, per_month: 500, time_zone: "Europe/Berlin" },
        },
        answers: ok("The budget.", budgetAnswer),
      },
    },
  },
  "/api/v1/twilio/status/{id}": {
    tag: "Twilio",
    parameters: { id: "The delivery's id." },
    operations: {
      post: {
        id: "receiveSmsStatus",
        summary: "What has become of an SMS",
        description: SIGNED,
        access: "signed",
        body: { schema: receipt },
        answers: done,
      },
    },
  },
  "/api/v1/twilio/inbound": {
    tag: "Twilio",
    operations: {
      post: {
        id: "receiveSms",
        summary: "An answer to an SMS: acknowledge an incident, opt out or in",
        description: SIGNED,
        access: "signed",
        body: { schema: reply },
        answers: {
          200: {
            description: "What to answer, as TwiML.",
            schema: named("TwiML", z.string()),
            type: "text/xml",
          },
        },
      },
    },
  },
};
