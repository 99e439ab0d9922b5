"use server";

import { setDemo } from "@/lib/features/demo/commands";
import type { DemoDto } from "@/lib/features/demo/schemas";
import { hideStart } from "@/lib/features/start/commands";
import { type ActionResult, runAction } from "@/lib/http/action";

/** Takes the way through the set-up off the console's pages, or puts it back. */
export async function setStartHidden(hidden: boolean): Promise<ActionResult<void>> {
  return runAction((actor) => hideStart({ actor, input: { hidden } }));
}

/** Switches demo traffic on, or off with everything of it deleted. */
export async function switchDemo(input: unknown): Promise<ActionResult<DemoDto>> {
  return runAction((actor) => setDemo({ actor, input }));
}
