import { readdir } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GET as auditRoute } from "@/app/api/v1/audit/route";
import { GET as getSourceRoute } from "@/app/api/v1/sources/[id]/route";
import { POST as createSourceRoute, GET as listSourcesRoute } from "@/app/api/v1/sources/route";
import { POST as createTokenRoute, GET as listTokensRoute } from "@/app/api/v1/tokens/route";
import { DELETE as deleteUserRoute, PATCH as patchUserRoute } from "@/app/api/v1/users/[id]/route";
import { GET as sessionsRoute } from "@/app/api/v1/users/[id]/sessions/route";
import { POST as createUserRoute, GET as listUsersRoute } from "@/app/api/v1/users/route";
import { type Actor, type Role, SYSTEM } from "@/lib/domain/access/actor";
import { isAppError } from "@/lib/errors";
import { createToken } from "@/lib/features/tokens/commands";
import { changePassword, createUser, deleteUser, updateUser } from "@/lib/features/users/commands";
import { setLogLevel } from "@/lib/log";
import { call } from "../support/call";
import { createRuntime } from "../support/database";

let runtime: Awaited<ReturnType<typeof createRuntime>>;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());
beforeEach(() => runtime.db.pool.query('TRUNCATE "user", source, token CASCADE'));

/** Commands that act on one's own account only, or that no actor calls. */
const OWN = new Set([
  "changePassword",
  "setPreferences",
  "revokeSession",
  "revokeSessions",
  "recordSignIn",
  "saveView",
  "deleteView",
  "createDashboard",
  "updateDashboard",
  "deleteDashboard",
  "addPanel",
  "updatePanel",
  "removePanel",
]);
const ADMIN_ONLY =
  /^(create|update|delete|reset)(User|Password)$|^(create|revoke)(Token|Invitation)$|^deleteKey$|^(set|remove)(SmsBudget|Demo|Mail|Twilio|Retention)$/;

type Command = (call: Record<string, unknown>) => Promise<unknown>;

/** Every exported function of every commands.ts whose one parameter names an actor. */
async function allCommands(): Promise<[string, Command][]> {
  const features = new URL("../../lib/features/", import.meta.url);
  const files = (await readdir(features, { recursive: true })).filter((file) =>
    file.endsWith("/commands.ts"),
  );
  const modules: Record<string, unknown>[] = await Promise.all(
    files.map((file) => import(/* @vite-ignore */ new URL(file, pathToFileURL(features.pathname)).pathname)),
  );
  return modules
    .flatMap((module) => Object.entries(module))
    .filter((entry): entry is [string, Command] => {
      const [name, value] = entry;
      return (
        typeof value === "function" &&
        !OWN.has(name) &&
        /^async function \w+\(\{\s*actor\b/.test(String(value))
      );
    });
}

const actorWith = (role: Role): Actor => ({ kind: "user", id: "usr_nobody", name: "Nobody", role });

/** The error code of a command called with input that names nothing. */
async function codeFor(command: Command, role: Role): Promise<string> {
  try {
    await command({ actor: actorWith(role), id: "none", input: {} });
    return "done";
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

describe("roles", () => {
  it("stop a viewer at every command, before the input is looked at", async () => {
    const commands = await allCommands();
    expect(commands.map(([name]) => name)).toEqual(
      expect.arrayContaining(["createSource", "deleteSource", "createUser", "resetPassword", "revokeToken"]),
    );
    for (const [name, command] of commands) {
      expect([name, await codeFor(command, "viewer")]).toEqual([name, "forbidden"]);
    }
  });

  it("let an operator change sources and the like, but not users and tokens", async () => {
    for (const [name, command] of await allCommands()) {
      const code = await codeFor(command, "operator");
      if (ADMIN_ONLY.test(name)) expect([name, code]).toEqual([name, "forbidden"]);
      else expect([name, code]).not.toEqual([name, "forbidden"]);
    }
  });

  it("hold for tokens at the API", async () => {
    const tokenOf = async (role: Role) =>
      (await createToken({ actor: SYSTEM, input: { name: role, role } })).token;
    const [viewer, operator, admin] = [
      await tokenOf("viewer"),
      await tokenOf("operator"),
      await tokenOf("admin"),
    ];
    const table: [string, (token: string) => ReturnType<typeof call>, number[]][] = [
      ["list sources", (token) => call(listSourcesRoute, { token }), [200, 200, 200]],
      ["get a source", (token) => call(getSourceRoute, { token, params: { id: "1" } }), [404, 404, 404]],
      [
        "create a source",
        (token) => call(createSourceRoute, { token, body: { name: token.slice(-8) } }),
        [403, 201, 201],
      ],
      ["read the audit log", (token) => call(auditRoute, { token }), [403, 200, 200]],
      ["list users", (token) => call(listUsersRoute, { token }), [403, 403, 200]],
      ["create a user", (token) => call(createUserRoute, { token, body: {} }), [403, 403, 422]],
      [
        "change a user",
        (token) =>
          call(patchUserRoute, { token, method: "PATCH", body: { role: "viewer" }, params: { id: "x" } }),
        [403, 403, 404],
      ],
      [
        "delete a user",
        (token) => call(deleteUserRoute, { token, method: "DELETE", params: { id: "x" } }),
        [403, 403, 404],
      ],
      ["list sessions", (token) => call(sessionsRoute, { token, params: { id: "all" } }), [403, 403, 200]],
      ["list tokens", (token) => call(listTokensRoute, { token }), [403, 403, 200]],
      [
        "create a token",
        (token) => call(createTokenRoute, { token, body: { name: "x", role: "admin" } }),
        [403, 403, 201],
      ],
    ];
    for (const [name, request, expected] of table) {
      const got = [];
      for (const token of [viewer, operator, admin]) got.push((await request(token)).status);
      expect([name, got]).toEqual([name, expected]);
    }
  });
});

describe("users", () => {
  const make = (name: string, role: Role) =>
    createUser({
      actor: SYSTEM,
      input: { name, email: `${name}@example.com`, password: "correct horse", role },
    });

  it("keep an admin, even when two admins demote or delete each other at once", async () => {
    const ana = await make("ana", "admin");
    await expect(updateUser({ actor: SYSTEM, id: ana.id, input: { role: "viewer" } })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(deleteUser({ actor: SYSTEM, id: ana.id })).rejects.toMatchObject({ code: "conflict" });
    const bo = await make("bo", "admin");
    const results = await Promise.allSettled([
      updateUser({ actor: SYSTEM, id: ana.id, input: { role: "operator" } }),
      deleteUser({ actor: SYSTEM, id: bo.id }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await runtime.db.prisma.user.count({ where: { role: "admin" } })).toBe(1);
  });

  it("have one account an e-mail address, whatever its case", async () => {
    await make("ana", "viewer");
    const again = createUser({
      actor: SYSTEM,
      input: { name: "Ana", email: " ANA@example.com ", password: "correct horse" },
    });
    await expect(again).rejects.toMatchObject({
      code: "conflict",
      issues: [{ path: "email", message: "is taken by another user" }],
    });
  });

  it("change their own password knowing the current one", async () => {
    const ana = await make("ana", "viewer");
    const actor: Actor = { kind: "user", id: ana.id, name: "ana", role: "viewer" };
    const change = (current_password: string, new_password: string) =>
      changePassword({ actor, input: { current_password, new_password } });
    await expect(change("wrong", "another horse")).rejects.toMatchObject({
      code: "invalid",
      issues: [{ path: "current_password", message: "is wrong" }],
    });
    await expect(change("correct horse", "short")).rejects.toMatchObject({
      issues: [{ path: "new_password", message: "expected at least 8 characters" }],
    });
    await change("correct horse", "another horse");
    await expect(change("correct horse", "third horse")).rejects.toMatchObject({ code: "invalid" });
    const token: Actor = { kind: "token", id: ana.id, name: "ana", role: "admin" };
    await expect(
      changePassword({
        actor: token,
        input: { current_password: "another horse", new_password: "third horse" },
      }),
    ).rejects.toMatchObject({ code: "forbidden" });
  });
});
