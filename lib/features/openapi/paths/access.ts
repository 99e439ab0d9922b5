import { z } from "zod";
import { auditQuerySchema } from "@/lib/features/audit/queries";
import { createSourceSchema, updateSourceSchema } from "@/lib/features/sources/schemas";
import { createTokenSchema } from "@/lib/features/tokens/schemas";
import { createUserSchema, resetPasswordSchema, updateUserSchema } from "@/lib/features/users/schemas";
import { pageSchema } from "../../page";
import {
  auditPage,
  sessionPage,
  sourceAnswer,
  sourcePage,
  sourceWithToken,
  tokenPage,
  tokenWithSecret,
  userAnswer,
  userPage,
} from "../answers/access";
import { created, done, named, ok, type Paths } from "../operation";

const SOURCE = { id: "The source's id." };
const USER = { id: "The user's id." };

export const accessPaths: Paths = {
  "/api/v1/sources": {
    tag: "Sources",
    operations: {
      get: {
        id: "listSources",
        summary: "Sources by name",
        access: "viewer",
        query: pageSchema,
        answers: ok("A page of sources.", sourcePage),
      },
      post: {
        id: "createSource",
        summary: "Create a source; the answer has its ingest token, once",
        access: "operator",
        body: { schema: createSourceSchema, example: { name: "edge-gateway" } },
        answers: created("The source with its token.", sourceWithToken),
        problems: [409],
      },
    },
  },
  "/api/v1/sources/{id}": {
    tag: "Sources",
    parameters: SOURCE,
    operations: {
      get: {
        id: "getSource",
        summary: "One source",
        access: "viewer",
        answers: ok("The source.", sourceAnswer),
      },
      patch: {
        id: "updateSource",
        summary: "Change a source",
        access: "operator",
        body: { schema: updateSourceSchema, example: { name: "edge" } },
        answers: ok("The source.", sourceAnswer),
        problems: [409],
      },
      delete: {
        id: "deleteSource",
        summary: "Delete a source; its events stay, its token stops working",
        access: "operator",
        answers: done,
      },
    },
  },
  "/api/v1/sources/{id}/token": {
    tag: "Sources",
    parameters: SOURCE,
    operations: {
      post: {
        id: "rotateSourceToken",
        summary: "A new ingest token; the former stops working",
        access: "operator",
        answers: created("The source with its new token.", sourceWithToken),
      },
    },
  },
  "/api/v1/tokens": {
    tag: "Access",
    operations: {
      get: {
        id: "listTokens",
        summary: "Management tokens, newest first",
        access: "admin",
        query: pageSchema,
        answers: ok("A page of tokens.", tokenPage),
      },
      post: {
        id: "createToken",
        summary: "Create a management token; the answer has it, once",
        access: "admin",
        body: { schema: createTokenSchema, example: { name: "terraform", role: "operator" } },
        answers: created("The token.", tokenWithSecret),
      },
    },
  },
  "/api/v1/tokens/{id}": {
    tag: "Access",
    parameters: { id: "The token's id." },
    operations: {
      delete: {
        id: "revokeToken",
        summary: "Revoke a management token",
        access: "admin",
        answers: done,
      },
    },
  },
  "/api/v1/users": {
    tag: "Access",
    operations: {
      get: {
        id: "listUsers",
        summary: "Users by e-mail address",
        access: "admin",
        query: pageSchema,
        answers: ok("A page of users.", userPage),
      },
      post: {
        id: "createUser",
        summary: "Add a user",
        access: "admin",
        body: {
          schema: createUserSchema,
          example: {
            name: "Ana",
            email: "ana@example.com",
            password: "at least 8 characters",
            role: "viewer",
          },
        },
        answers: created("The user.", userAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/users/{id}": {
    tag: "Access",
    parameters: USER,
    operations: {
      get: {
        id: "getUser",
        summary: "One user",
        access: "admin",
        answers: ok("The user.", userAnswer),
      },
      patch: {
        id: "updateUser",
        summary: "Change a user's name or role",
        access: "admin",
        body: { schema: updateUserSchema, example: { role: "operator" } },
        answers: ok("The user.", userAnswer),
        problems: [409],
      },
      delete: {
        id: "deleteUser",
        summary: "Remove a user with all sessions",
        access: "admin",
        answers: done,
        problems: [409],
      },
    },
  },
  "/api/v1/users/{id}/password": {
    tag: "Access",
    parameters: USER,
    operations: {
      put: {
        id: "resetPassword",
        summary: "Set another password and end the user's sessions",
        access: "admin",
        body: { schema: resetPasswordSchema, example: { password: "at least 8 characters" } },
        answers: done,
      },
    },
  },
  "/api/v1/users/{id}/sessions": {
    tag: "Access",
    parameters: { id: "The user's id, or `all` to list everybody's." },
    operations: {
      get: {
        id: "listSessions",
        summary: "Open sessions, newest first; one's own need no role",
        access: "admin",
        query: pageSchema,
        answers: ok("A page of sessions.", sessionPage),
      },
      delete: {
        id: "revokeSessions",
        summary: "End every session of a user; one's own need no role",
        access: "admin",
        answers: done,
      },
    },
  },
  "/api/v1/sessions/{id}": {
    tag: "Access",
    parameters: { id: "The session's id." },
    operations: {
      delete: {
        id: "revokeSession",
        summary: "End one session; one's own needs no role",
        access: "admin",
        answers: done,
      },
    },
  },
  "/api/v1/audit": {
    tag: "Access",
    operations: {
      get: {
        id: "listAudit",
        summary: "Who changed what, newest first",
        access: "operator",
        query: auditQuerySchema,
        answers: ok("A page of entries.", auditPage),
      },
    },
  },
  "/api/v1/openapi.json": {
    tag: "Access",
    operations: {
      get: {
        id: "getOpenApi",
        summary: "This description",
        access: "public",
        answers: ok("An OpenAPI 3.1 document.", named("OpenApi", z.record(z.string(), z.unknown()))),
      },
    },
  },
};
