import { acknowledgementSchema, incidentsQuerySchema } from "@/lib/features/incidents/schemas";
import { pageSchema } from "../../page";
import { incidentAnswer, incidentDetail, incidentPage } from "../answers/incidents";
import { ok, type Paths } from "../operation";

const INCIDENT = { id: "The incident's id." };

export const incidentPaths: Paths = {
  "/api/v1/incidents": {
    tag: "Incidents",
    operations: {
      get: {
        id: "listIncidents",
        summary: "Incidents, newest first",
        access: "viewer",
        query: incidentsQuerySchema.extend(pageSchema.shape),
        answers: ok("A page of incidents.", incidentPage),
      },
    },
  },
  "/api/v1/incidents/{id}": {
    tag: "Incidents",
    parameters: INCIDENT,
    operations: {
      get: {
        id: "getIncident",
        summary: "One incident with its timeline, transitions and deliveries",
        access: "viewer",
        answers: ok("The incident.", incidentDetail),
      },
    },
  },
  "/api/v1/incidents/{id}/acknowledgement": {
    tag: "Incidents",
    parameters: INCIDENT,
    operations: {
      post: {
        id: "acknowledgeIncident",
        summary: "Acknowledge: no more reminders and no escalation until it resolves, or for a time",
        description: "With `until` or `for` it is a snooze, 31 days at most: both go on when it ends.",
        access: "operator",
        body: { schema: acknowledgementSchema, example: { comment: "Looking into it" }, optional: true },
        answers: ok("The incident.", incidentAnswer),
        problems: [409],
      },
      delete: {
        id: "unacknowledgeIncident",
        summary: "Take the acknowledgement back",
        access: "operator",
        answers: ok("The incident.", incidentAnswer),
        problems: [409],
      },
    },
  },
};
