import { openApiDocument } from "@/lib/features/openapi/document";
import { json, route } from "@/lib/http/route";

/** Public: it describes the API and says nothing about this installation. */
export const GET = route(() => json(openApiDocument()), { auth: "public" });
