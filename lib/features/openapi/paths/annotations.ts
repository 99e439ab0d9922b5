import { annotationsQuerySchema, createAnnotationSchema } from "@/lib/features/annotations/schemas";
import { pageSchema } from "../../page";
import { annotationAnswer, annotationPage } from "../answers/annotations";
import { created, done, ok, type Paths } from "../operation";

export const annotationPaths: Paths = {
  "/api/v1/annotations": {
    tag: "Annotations",
    operations: {
      get: {
        id: "listAnnotations",
        summary: "What was written into charts, the latest first",
        description:
          "`from` and `to` keep those that overlap; `key` those about the key, its provider, its pool or everything.",
        access: "viewer",
        query: annotationsQuerySchema.extend(pageSchema.shape),
        answers: ok("A page of annotations.", annotationPage),
      },
      post: {
        id: "createAnnotation",
        summary: "Write into charts what happened: a deployment, a price change, an outage",
        description:
          "`at` is now when it is left out. The scope names a key, a provider or a pool, or nothing.",
        access: "operator",
        body: {
          schema: createAnnotationSchema,
          example: { text: "Router v2.3 deployed", scope: { provider: "openai" } },
        },
        answers: created("The annotation.", annotationAnswer),
      },
    },
  },
  "/api/v1/annotations/{id}": {
    tag: "Annotations",
    parameters: { id: "The annotation's id." },
    operations: {
      get: {
        id: "getAnnotation",
        summary: "One annotation",
        access: "viewer",
        answers: ok("The annotation.", annotationAnswer),
      },
      delete: {
        id: "deleteAnnotation",
        summary: "Take an annotation away",
        access: "operator",
        answers: done,
      },
    },
  },
};
