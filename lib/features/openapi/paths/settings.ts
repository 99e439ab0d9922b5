import { demoSchema } from "@/lib/features/demo/schemas";
import { demoAnswer } from "../answers/settings";
import { ok, type Paths } from "../operation";

export const settingsPaths: Paths = {
  "/api/v1/settings/demo": {
    tag: "Settings",
    operations: {
      get: {
        id: "getDemo",
        summary: "Whether simulated traffic is sent",
        access: "viewer",
        answers: ok("Its state.", demoAnswer),
      },
      put: {
        id: "setDemo",
        summary: "Switch simulated traffic on, or off with everything of it deleted",
        description:
          "Its source, keys, events, incidents and silences are deleted in the background, in the state `removing`. All its providers and consumers begin with `demo-`.",
        access: "admin",
        body: { schema: demoSchema, example: { on: true, silenced: true } },
        answers: ok("Its state.", demoAnswer),
        problems: [409],
      },
    },
  },
};
