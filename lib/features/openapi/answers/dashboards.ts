import { z } from "zod";
import {
  type DashboardDto,
  type DashboardSummary,
  PANEL_SIZES,
  type PanelDto,
} from "@/lib/features/dashboards/schemas";
import type { ShareDto, ShareWithLink } from "@/lib/features/shares/schemas";
import { instant, named, pageOf } from "../operation";

export const panelAnswer = named(
  "Panel",
  z.strictObject({
    id: z.string(),
    title: z.string(),
    query: z.string().describe("An exploration's query string; its range is the dashboard's."),
    size: z.enum(PANEL_SIZES),
  }),
) satisfies z.ZodType<PanelDto>;

const summary = z.strictObject({
  id: z.string(),
  name: z.string(),
  owner_name: z.string(),
  own: z.boolean().describe("Whether whoever asks made it."),
  panel_count: z.int().min(0),
  created_at: instant,
  updated_at: instant,
}) satisfies z.ZodType<DashboardSummary>;
export const dashboardPage = pageOf("DashboardPage", summary);
export const dashboardAnswer = named(
  "Dashboard",
  z.strictObject({ ...summary.shape, range: z.string(), panels: z.array(panelAnswer) }),
) satisfies z.ZodType<DashboardDto>;

const share = z.strictObject({
  id: z.string(),
  title: z.string(),
  hint: z.string().describe("The token's last four characters."),
  dashboard: z.string().nullable(),
  panel_count: z.int().min(1),
  state: z.enum(["open", "expired", "revoked"]),
  created_by: z.string(),
  created_at: instant,
  expires_at: instant,
  last_used_at: instant.nullable().describe("To the minute."),
}) satisfies z.ZodType<ShareDto>;
export const sharePage = pageOf("SharePage", share);
export const shareWithLink = named(
  "ShareWithLink",
  z.strictObject({ ...share.shape, token: z.string(), url: z.string() }),
) satisfies z.ZodType<ShareWithLink>;
