import { z } from "zod";
import { usageScopeSchema } from "@/lib/domain/usage/query";

/** What GET /stream is asked with. */
export const streamSchema = usageScopeSchema.pick({ key: true }).extend({
  since: z
    .string()
    .regex(/^[0-9a-z]{1,32}\.\d{1,15}$/, "must be the id of a message of the stream")
    .optional()
    .describe("The id of the last message that was read: the opening tells what came after it."),
});
