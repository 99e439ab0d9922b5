import { previewRule } from "@/lib/features/rules/preview";
import { json, route } from "@/lib/http/route";

export const POST = route(async ({ body }) => json(await previewRule(await body())));
