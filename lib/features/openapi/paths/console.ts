import { createViewSchema, viewsQuerySchema } from "@/lib/features/views/schemas";
import { viewAnswer, viewPage } from "../answers/console";
import { created, done, ok, type Paths } from "../operation";

export const consolePaths: Paths = {
  "/api/v1/views": {
    tag: "Views",
    operations: {
      get: {
        id: "listViews",
        summary: "The views one kept, by name",
        access: "viewer",
        query: viewsQuerySchema,
        answers: ok("All of one's own.", viewPage),
      },
      post: {
        id: "saveView",
        summary: "Keep a view; one of the same page and name is replaced",
        access: "viewer",
        body: {
          schema: createViewSchema,
          example: { page: "keys", name: "Running dry", query: "state=at_risk&sort=headroom" },
        },
        answers: created("The view.", viewAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/views/{id}": {
    tag: "Views",
    parameters: { id: "The view's id." },
    operations: {
      delete: { id: "deleteView", summary: "Forget a view of one's own", access: "viewer", answers: done },
    },
  },
};
