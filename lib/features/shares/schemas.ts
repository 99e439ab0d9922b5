import { z } from "zod";
import type { ExploreKind } from "@/lib/domain/charts/exploration";
import { explorationText, rangeText } from "@/lib/domain/charts/exploration-query";
import { DAY, HOUR } from "@/lib/domain/usage/duration";

/** How long a link may live. */
export const SHARE_SPANS = { "1h": HOUR, "1d": DAY, "7d": 7 * DAY, "30d": 30 * DAY } as const;
export type ShareSpan = keyof typeof SHARE_SPANS;
const SPANS = Object.keys(SHARE_SPANS) as [ShareSpan, ...ShareSpan[]];

/** A link as those see it who may end it; its secret is told once, when it is made. */
export interface ShareDto {
  id: string;
  title: string;
  hint: string;
  /** The dashboard it was made of; null for an exploration. */
  dashboard: string | null;
  panel_count: number;
  state: "open" | "expired" | "revoked";
  created_by: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
}

export interface ShareWithLink extends ShareDto {
  token: string;
  url: string;
}

/** What a link shows, as whoever holds it sees it. */
export interface SharedView {
  title: string;
  range: string;
  expires_at: string;
  panels: { title: string; size: "half" | "full"; as: ExploreKind }[];
}

export const createShareSchema = z
  .strictObject({
    title: z
      .string({ error: "expected a title" })
      .trim()
      .min(1, "expected a title")
      .max(120, "expected at most 120 characters"),
    expires_in: z.enum(SPANS, { error: `expected one of ${SPANS.join(", ")}` }),
    query: explorationText.optional().describe("An exploration's query string; or give `dashboard`."),
    dashboard: z.string().max(100, "expected a dashboard's id").optional(),
    range: rangeText
      .optional()
      .describe("The range it shows: `range=24h`, or `from` and `to`; by default that of what is shared."),
  })
  .refine(({ query, dashboard }) => (query === undefined) !== (dashboard === undefined), {
    path: ["query"],
    message: "expected either a query or a dashboard",
  });

export const sharesQuerySchema = z.object({ dashboard: z.string().max(100).optional() });
