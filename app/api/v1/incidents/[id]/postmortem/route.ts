import { postmortem } from "@/lib/features/incidents/postmortem";
import { getIncident } from "@/lib/features/incidents/queries";
import { route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => {
  const incident = await getIncident(params.id);
  return new Response(postmortem(incident), {
    headers: {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": `attachment; filename="${incident.id}.md"`,
      "Cache-Control": "no-store",
    },
  });
});
