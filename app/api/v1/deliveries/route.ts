import { listDeliveries } from "@/lib/features/deliveries/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listDeliveries(Object.fromEntries(url.searchParams))));
