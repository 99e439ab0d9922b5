import { z } from "zod";

/** The pages whose filters can be kept. */
export const VIEW_PAGES = ["keys", "explore"] as const;
export type ViewPage = (typeof VIEW_PAGES)[number];

/** What somebody kept of a page: `query` is the address's query string, without the question mark. */
export interface ViewDto {
  id: string;
  page: ViewPage;
  name: string;
  query: string;
  created_at: string;
}

const page = z.enum(VIEW_PAGES, { error: `expected one of ${VIEW_PAGES.join(", ")}` });

export const viewsQuerySchema = z.object({ page: page.optional() });

export const createViewSchema = z.object({
  page,
  name: z
    .string({ error: "expected a name" })
    .trim()
    .min(1, "expected a name")
    .max(80, "expected at most 80 characters"),
  query: z
    .string({ error: "expected a query string" })
    .max(4000, "expected at most 4000 characters")
    .transform((text) => text.replace(/^\?/, "")),
});
