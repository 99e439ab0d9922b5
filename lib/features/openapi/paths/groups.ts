import { z } from "zod";
import { groupActivity } from "../answers/groups";
import { ok, type Paths } from "../operation";
import { range } from "./usage";

const query = range.extend({
  tz: z.string().default("UTC").describe("The IANA zone whose day is today."),
});

export const groupPaths: Paths = {
  "/api/v1/pools/{id}/activity": {
    tag: "Keys",
    parameters: { id: "The pool's id, or its name if no other pool has it." },
    operations: {
      get: {
        id: "getPoolActivity",
        summary: "What a pool's page shows: use, keys, limits and incidents",
        access: "viewer",
        query,
        answers: ok("The pool over the range.", groupActivity),
      },
    },
  },
  "/api/v1/providers/{id}/activity": {
    tag: "Keys",
    parameters: { id: "The provider's name." },
    operations: {
      get: {
        id: "getProviderActivity",
        summary: "What a provider's page shows: use, keys, limits and incidents",
        access: "viewer",
        query,
        answers: ok("The provider over the range.", groupActivity),
      },
    },
  },
};
