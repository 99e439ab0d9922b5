import { z } from "zod";
import type { AnnotationDto } from "@/lib/features/annotations/schemas";
import { instant, named, pageOf } from "../operation";

export const annotationAnswer = named(
  "Annotation",
  z.strictObject({
    id: z.string(),
    at: instant,
    ends_at: instant.nullable().describe("null: a moment."),
    text: z.string(),
    scope: z
      .strictObject({
        key: z.string().optional(),
        provider: z.string().optional(),
        pool: z.string().optional(),
      })
      .describe("What it is about; nothing named means everything."),
    created_by: z.string(),
    created_at: instant,
  }),
) satisfies z.ZodType<AnnotationDto>;
export const annotationPage = pageOf("AnnotationPage", annotationAnswer);
