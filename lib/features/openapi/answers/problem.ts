import { z } from "zod";
import { named } from "../operation";

const CODES = [
  "bad_request",
  "unauthenticated",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "conflict",
  "gone",
  "timeout",
  "too_large",
  "unsupported_type",
  "invalid",
  "rate_limited",
  "unavailable",
  "internal",
] as const;

/** RFC 9457. */
export const problemAnswer = named(
  "Problem",
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(CODES).optional().describe("Absent only while the server starts or stops."),
    detail: z.string().describe("What is wrong, for people."),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .describe('Each wrong field; path is dotted ("tiers.0.threshold"), "" for the whole input.'),
  }),
);

/** What the statuses mean; lib/http/problem.ts makes them. */
export const PROBLEMS: Record<number, string> = {
  400: "The request cannot be read: no JSON, or not the form that is expected.",
  401: "No session, no token, or one that is not known or was revoked.",
  403: "The role is not enough, or a browser sent the request from another site.",
  404: "There is none.",
  408: "The body did not arrive in time.",
  409: "It contradicts what is there: a name is taken, something is under way.",
  410: "It was there, and has ended.",
  413: "Too large.",
  415: "Another Content-Type or Content-Encoding is needed.",
  422: "A value is wrong: `errors` names each field and what is expected.",
  503: "The database is away, or too much is waiting: try again after `Retry-After` seconds.",
};
