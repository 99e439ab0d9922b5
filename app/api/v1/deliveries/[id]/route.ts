import { getDelivery } from "@/lib/features/deliveries/queries";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getDelivery(params.id)));
