import { cache } from "react";
import { getStart } from "@/lib/features/start/queries";

/** How far the set-up is, read once for the page being rendered: its frame and the page itself both ask. */
export const currentStart = cache(getStart);
