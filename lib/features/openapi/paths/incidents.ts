import { z } from "zod";
import { acknowledgementSchema, commentSchema, incidentsQuerySchema } from "@/lib/features/incidents/schemas";
import { pageSchema } from "../../page";
import { incidentAnswer, incidentDetail, incidentPage, timelineEntry } from "../answers/incidents";
import { created, done, named, ok, type Paths } from "../operation";

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
  "/api/v1/incidents/{id}/comments": {
    tag: "Incidents",
    parameters: INCIDENT,
    operations: {
      post: {
        id: "addComment",
        summary: "Comment on an incident",
        access: "operator",
        body: { schema: commentSchema, example: { text: "The provider confirms an outage." } },
        answers: created("The comment, as the timeline shows it.", timelineEntry),
      },
    },
  },
  "/api/v1/incidents/{id}/comments/{comment}": {
    tag: "Incidents",
    parameters: { ...INCIDENT, comment: "The id of the comment's timeline entry." },
    operations: {
      delete: {
        id: "removeComment",
        summary: "Take one's own comment away",
        access: "operator",
        answers: done,
      },
    },
  },
  "/api/v1/incidents/{id}/postmortem": {
    tag: "Incidents",
    parameters: INCIDENT,
    operations: {
      get: {
        id: "getPostmortem",
        summary: "The incident as a Markdown document",
        description: "Every time stands beside the id of the row that it comes from.",
        access: "viewer",
        answers: {
          200: {
            description: "A file to download.",
            type: "text/markdown",
            schema: named("Postmortem", z.string()),
          },
        },
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
