import { z } from "zod";
import { explorationText, rangeText } from "@/lib/domain/charts/exploration-query";

export const PANEL_SIZES = ["half", "full"] as const;
export type PanelSize = (typeof PANEL_SIZES)[number];

/** So many panels that all of them can still be read, and are drawn in time. */
export const MOST_PANELS = 24;

export interface PanelDto {
  id: string;
  title: string;
  /** The query string of an exploration; its range is the dashboard's. */
  query: string;
  size: PanelSize;
}

export interface DashboardSummary {
  id: string;
  name: string;
  owner_name: string;
  /** Whether whoever asks made it. */
  own: boolean;
  panel_count: number;
  created_at: string;
  updated_at: string;
}

export interface DashboardDto extends DashboardSummary {
  /** The range it opens with: `range=24h`, or `from` and `to`. */
  range: string;
  panels: PanelDto[];
}

export const title = (what: string) =>
  z
    .string({ error: `expected a ${what}` })
    .trim()
    .min(1, `expected a ${what}`)
    .max(120, "expected at most 120 characters");
const size = z.enum(PANEL_SIZES, { error: `expected ${PANEL_SIZES.join(" or ")}` });

export const createDashboardSchema = z.strictObject({
  name: title("name"),
  range: rangeText.default("range=24h"),
});

export const updateDashboardSchema = z.strictObject({
  name: title("name").optional(),
  range: rangeText.optional(),
});

const place = z
  .int("expected a place from 0 on")
  .min(0, "expected a place from 0 on")
  .describe("Its place from 0 on; past the end is the end.");

export const createPanelSchema = z.strictObject({
  title: title("title"),
  query: explorationText,
  size: size.default("half"),
  position: place.optional(),
});

export const updatePanelSchema = z.strictObject({
  title: title("title").optional(),
  query: explorationText.optional(),
  size: size.optional(),
  position: place.optional(),
});
