import { z } from "zod";
import { DEMO_STATES, type DemoDto } from "@/lib/features/demo/schemas";
import { instant, named } from "../operation";

export const demoAnswer = named(
  "Demo",
  z.strictObject({
    state: z.enum(DEMO_STATES).describe("`removing`: everything of it is being deleted."),
    source: z.string().nullable().describe("The id of its source."),
    since: instant.nullable(),
    silenced: z.boolean().describe("Whether messages about its keys were held back when it was switched on."),
    keys: z.int().min(0),
  }),
) satisfies z.ZodType<DemoDto>;
