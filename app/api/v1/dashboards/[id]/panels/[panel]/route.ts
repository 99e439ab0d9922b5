import { removePanel, updatePanel } from "@/lib/features/dashboards/commands";
import { json, noContent, route } from "@/lib/http/route";

export const PATCH = route<"id" | "panel">(async ({ actor, params, body }) =>
  json(await updatePanel({ actor, ...params, input: await body() })),
);

export const DELETE = route<"id" | "panel">(async ({ actor, params }) => {
  await removePanel({ actor, ...params });
  return noContent();
});
