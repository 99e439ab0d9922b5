import { openStream } from "@/lib/features/stream/open";
import { route } from "@/lib/http/route";

export const dynamic = "force-dynamic";

export const GET = route(({ url, request }) => openStream(url.searchParams, request));
