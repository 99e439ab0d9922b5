import type { OnDemand } from "./on-demand";
import { toast } from "./toast";

/** Loads what somebody has just asked for. When it cannot be had they are told so, and the answer is null. */
export async function askFor<T>(part: OnDemand<T>): Promise<T | null> {
  try {
    return await part.ask();
  } catch {
    toast("This could not be loaded", {
      kind: "error",
      description:
        "Keygauge does not answer. Check the connection and try again; if Keygauge was updated meanwhile, reload the page.",
    });
    return null;
  }
}
