import { z } from "zod";
import { VIEW_PAGES, type ViewDto } from "@/lib/features/views/schemas";
import { instant, named, pageOf } from "../operation";

export const viewAnswer = named(
  "View",
  z.strictObject({
    id: z.string(),
    page: z.enum(VIEW_PAGES),
    name: z.string(),
    query: z.string().describe("The query string of the page's address."),
    created_at: instant,
  }),
) satisfies z.ZodType<ViewDto>;
export const viewPage = pageOf("ViewPage", viewAnswer);
