import { previewSilence } from "@/lib/features/silences/preview";
import { json, route } from "@/lib/http/route";

export const POST = route(async ({ body }) => json(await previewSilence(await body())));
