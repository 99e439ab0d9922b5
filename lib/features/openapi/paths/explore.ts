import { exploreQuerySchema } from "@/lib/domain/charts/exploration-query";
import { valuesQuerySchema } from "@/lib/features/explore/schemas";
import { exploredAnswer, filterValuePage } from "../answers/explore";
import { ok, type Paths } from "../operation";

export const explorePaths: Paths = {
  "/api/v1/explore": {
    tag: "Explore",
    operations: {
      get: {
        id: "explore",
        summary: "Series with names, totals and the largest groups first",
        description:
          "What the page of the same address shows: /usage for metrics of one unit, with a range. The 50 largest groups are told apart; of sums the rest is added up.",
        access: "viewer",
        query: exploreQuerySchema,
        answers: ok("The series.", exploredAnswer),
      },
    },
  },
  "/api/v1/explore/values": {
    tag: "Explore",
    operations: {
      get: {
        id: "listFilterValues",
        summary: "What an exploration can be narrowed to",
        description: "50 values that contain `q`, at most, by name.",
        access: "viewer",
        query: valuesQuerySchema,
        answers: ok("The values.", filterValuePage),
      },
    },
  },
};
