import { cache } from "react";
import { getStartSteps } from "@/lib/features/start/queries";
import { startProgress } from "@/lib/features/start/schemas";

/** How far the set-up is while the console points to it, read once for the page being rendered: its frame and the page ask. */
export const currentProgress = cache(async () => startProgress(await getStartSteps()));
