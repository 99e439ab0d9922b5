import { createSilenceSchema, matcherSchema, silencesQuerySchema } from "@/lib/features/silences/schemas";
import { pageSchema } from "../../page";
import { silenceAnswer, silencePage, silencePreview } from "../answers/silences";
import { created, done, ok, type Paths } from "../operation";

const SILENCE = { id: "The silence's id." };

export const silencePaths: Paths = {
  "/api/v1/silences": {
    tag: "Silences",
    operations: {
      get: {
        id: "listSilences",
        summary: "Silences, those that end last first",
        access: "viewer",
        query: silencesQuerySchema.extend(pageSchema.shape),
        answers: ok("A page of silences.", silencePage),
      },
      post: {
        id: "createSilence",
        summary: "Keep messages back for a time",
        description:
          "States and incidents go on. What is still firing when the silence ends is told then. `starts_at` is now when it is left out.",
        access: "operator",
        body: {
          schema: createSilenceSchema,
          example: {
            matcher: { provider: "openai", severity: "warning" },
            starts_at: "2099-01-01T08:00:00Z",
            ends_at: "2099-01-01T10:00:00Z",
            comment: "Load test",
          },
        },
        answers: created("The silence.", silenceAnswer),
      },
    },
  },
  "/api/v1/silences/preview": {
    tag: "Silences",
    operations: {
      post: {
        id: "previewSilence",
        summary: "What a matcher would keep back now",
        access: "viewer",
        body: { schema: matcherSchema, example: { provider: "openai" } },
        answers: ok("Open incidents and keys that match.", silencePreview),
      },
    },
  },
  "/api/v1/silences/{id}": {
    tag: "Silences",
    parameters: SILENCE,
    operations: {
      get: {
        id: "getSilence",
        summary: "One silence",
        access: "viewer",
        answers: ok("The silence.", silenceAnswer),
      },
      delete: {
        id: "endSilence",
        summary: "End a silence now; what is still firing is told",
        access: "operator",
        answers: done,
      },
    },
  },
};
