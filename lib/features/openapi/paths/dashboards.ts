import {
  createDashboardSchema,
  createPanelSchema,
  updateDashboardSchema,
  updatePanelSchema,
} from "@/lib/features/dashboards/schemas";
import { createShareSchema, sharesQuerySchema } from "@/lib/features/shares/schemas";
import { pageSchema } from "../../page";
import { dashboardAnswer, dashboardPage, panelAnswer, sharePage, shareWithLink } from "../answers/dashboards";
import { exploredAnswer } from "../answers/explore";
import { created, done, ok, type Paths } from "../operation";

const DASHBOARD = { id: "The dashboard's id." };
const QUERY = "metric=requests&group_by=model&as=area&range=24h";
const OWN = "For who made it, and admins.";

export const dashboardPaths: Paths = {
  "/api/v1/dashboards": {
    tag: "Dashboards",
    operations: {
      get: {
        id: "listDashboards",
        summary: "All dashboards, the one changed last first",
        access: "viewer",
        query: pageSchema,
        answers: ok("A page of dashboards.", dashboardPage),
      },
      post: {
        id: "createDashboard",
        summary: "Make a dashboard of one's own",
        access: "viewer",
        body: { schema: createDashboardSchema, example: { name: "Team chat", range: "range=7d" } },
        answers: created("The dashboard.", dashboardAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/dashboards/{id}": {
    tag: "Dashboards",
    parameters: DASHBOARD,
    operations: {
      get: {
        id: "getDashboard",
        summary: "One dashboard with its panels",
        access: "viewer",
        answers: ok("The dashboard.", dashboardAnswer),
      },
      patch: {
        id: "updateDashboard",
        summary: "Rename a dashboard, or keep another range",
        description: OWN,
        access: "viewer",
        body: { schema: updateDashboardSchema, example: { name: "Team chat, live" } },
        answers: ok("The dashboard.", dashboardAnswer),
        problems: [403],
      },
      delete: {
        id: "deleteDashboard",
        summary: "Delete a dashboard, and end the links that show it",
        description: OWN,
        access: "viewer",
        answers: done,
        problems: [403],
      },
    },
  },
  "/api/v1/dashboards/{id}/panels": {
    tag: "Dashboards",
    parameters: DASHBOARD,
    operations: {
      post: {
        id: "addPanel",
        summary: "Pin an exploration to a dashboard",
        description: `24 panels at most. ${OWN}`,
        access: "viewer",
        body: {
          schema: createPanelSchema,
          example: { title: "Requests by model", query: QUERY, size: "half" },
        },
        answers: created("The panel.", panelAnswer),
        problems: [403, 409],
      },
    },
  },
  "/api/v1/dashboards/{id}/panels/{panel}": {
    tag: "Dashboards",
    parameters: { ...DASHBOARD, panel: "The panel's id." },
    operations: {
      patch: {
        id: "updatePanel",
        summary: "Change a panel, or its place",
        description: OWN,
        access: "viewer",
        body: { schema: updatePanelSchema, example: { position: 0 } },
        answers: ok("The panel.", panelAnswer),
        problems: [403],
      },
      delete: {
        id: "removePanel",
        summary: "Take a panel away",
        description: OWN,
        access: "viewer",
        answers: done,
        problems: [403],
      },
    },
  },
  "/api/v1/shares": {
    tag: "Links",
    operations: {
      get: {
        id: "listShares",
        summary: "Links that show something without an account, newest first",
        access: "operator",
        query: pageSchema.extend(sharesQuerySchema.shape),
        answers: ok("A page of links.", sharePage),
      },
      post: {
        id: "createShare",
        summary: "Share an exploration or a dashboard by a link",
        description:
          "The link shows what it was made of as it is now, until it expires, is revoked, or its maker may not share any more. Its token is told once.",
        access: "operator",
        body: {
          schema: createShareSchema,
          example: { title: "Requests by model", query: QUERY, expires_in: "7d" },
        },
        answers: created("The link.", shareWithLink),
      },
    },
  },
  "/api/v1/shares/{id}": {
    tag: "Links",
    parameters: { id: "The link's id." },
    operations: {
      delete: { id: "revokeShare", summary: "End a link at once", access: "operator", answers: done },
    },
  },
  "/api/v1/shared/{panel}": {
    tag: "Links",
    parameters: { panel: "The panel's place on what is shared, from 0 on." },
    operations: {
      get: {
        id: "getSharedPanel",
        summary: "The numbers of one panel of a link",
        description:
          "The query that the link was made with, and no other. Keys and sources are named, their ids are left out.",
        access: "link",
        answers: ok("The series.", exploredAnswer),
        problems: [410],
      },
    },
  },
};
