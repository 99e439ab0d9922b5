import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashToken, keyring } from "@/lib/crypto";
import { isAppError } from "@/lib/errors";
import { actorOfToken, sourceOfToken } from "@/lib/features/tokens/lookup";
import { bootstrapAccess } from "@/lib/features/users/bootstrap";
import { createFirstAdmin, firstRunLink, setupState } from "@/lib/features/users/first-admin";
import { checkAuthSecret } from "@/lib/features/users/secret-check";
import { setLogLevel } from "@/lib/log";
import { setRuntime } from "@/lib/runtime";
import { createRuntime } from "../support/database";

let runtime: Awaited<ReturnType<typeof createRuntime>>;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());
beforeEach(async () => {
  await runtime.db.pool.query('TRUNCATE "user", setting, source, token, audit_entry CASCADE');
  runtime.changed.emit({ entity: "token", id: "all" });
});

const INPUT = { name: "Ana", email: "ana@example.com", password: "correct horse" };

async function linkToken(): Promise<string> {
  const link = await firstRunLink();
  expect(link).toMatch(/^http:\/\/localhost:3000\/setup\?token=kgs_[\w-]{32}$/);
  return new URL(link ?? "").searchParams.get("token") ?? "";
}

const codeOf = (error: unknown) => (isAppError(error) ? error.code : error);

describe("the set-up link", () => {
  it("creates one admin, even for two submissions at once, and is used up by it", async () => {
    const token = await linkToken();
    expect(await setupState(token)).toBe("open");
    const results = await Promise.allSettled([
      createFirstAdmin({ token, input: INPUT }),
      createFirstAdmin({ token, input: { ...INPUT, email: "bo@example.com" } }),
      createFirstAdmin({ token, input: { ...INPUT, email: "cy@example.com" } }),
    ]);
    const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ role: "admin", name: "Ana" });
    for (const result of results) {
      if (result.status === "rejected") expect(codeOf(result.reason)).toBe("gone");
    }
    expect(await runtime.db.prisma.user.count()).toBe(1);
    expect(await setupState(token)).toBe("done");
    await expect(
      createFirstAdmin({ token, input: { ...INPUT, email: "dee@example.com" } }),
    ).rejects.toMatchObject({
      code: "gone",
    });
    expect(await firstRunLink()).toBeNull();
  });

  it("is replaced at each start, and its token is stored as a hash only", async () => {
    const first = await linkToken();
    const second = await linkToken();
    expect(await setupState(first)).toBe("wrong");
    await expect(createFirstAdmin({ token: first, input: INPUT })).rejects.toMatchObject({ code: "gone" });
    const { rows } = await runtime.db.pool.query("SELECT value::text FROM setting");
    expect(JSON.stringify(rows)).not.toContain(second);
    expect((await createFirstAdmin({ token: second, input: INPUT })).role).toBe("admin");
  });

  it("names what is wrong with the input and stays usable", async () => {
    const token = await linkToken();
    const attempt = createFirstAdmin({ token, input: { name: " ", email: "ana", password: "short" } });
    await expect(attempt).rejects.toMatchObject({
      code: "invalid",
      issues: [
        { path: "name", message: "expected a name" },
        { path: "email", message: "expected an e-mail address such as ana@example.com" },
        { path: "password", message: "expected at least 8 characters" },
      ],
    });
    expect(await setupState(token)).toBe("open");
    for (const wrong of ["", "kgs_", `${token}x`]) expect(await setupState(wrong)).toBe("wrong");
  });
});

describe("variables for unattended installs", () => {
  const variables = {
    adminEmail: "Root@Example.com",
    adminPassword: "correct horse",
    adminToken: "admin-token-0123456789",
    ingestToken: "ingest-token-0123456789",
  };
  const roleOf = async (token: string) => (await actorOfToken(hashToken(token)))?.role ?? null;
  const sourceNameOf = async (token: string) => (await sourceOfToken(hashToken(token)))?.name ?? null;

  it("are idempotent, for two servers at once too", async () => {
    await Promise.all([bootstrapAccess(variables), bootstrapAccess(variables)]);
    await bootstrapAccess(variables);
    const users = await runtime.db.prisma.user.findMany();
    expect(users.map(({ email, role }) => ({ email, role }))).toEqual([
      { email: "root@example.com", role: "admin" },
    ]);
    expect(await runtime.db.prisma.token.count()).toBe(2);
    expect(await runtime.db.prisma.source.count()).toBe(1);
    expect(await roleOf(variables.adminToken)).toBe("admin");
    expect(await sourceNameOf(variables.ingestToken)).toBe("default");
    expect(await sourceNameOf(variables.adminToken)).toBeNull();
    expect(await roleOf(variables.ingestToken)).toBeNull();
    expect(await firstRunLink()).toBeNull();
  });

  it("replace the former token when they change, and change back", async () => {
    await bootstrapAccess(variables);
    const changed = {
      ...variables,
      adminToken: "admin-token-changed-1",
      ingestToken: "ingest-token-changed-1",
    };
    await bootstrapAccess(changed);
    expect([await roleOf(variables.adminToken), await roleOf(changed.adminToken)]).toEqual([null, "admin"]);
    expect([await sourceNameOf(variables.ingestToken), await sourceNameOf(changed.ingestToken)]).toEqual([
      null,
      "default",
    ]);
    expect(await runtime.db.prisma.source.count()).toBe(1);
    await bootstrapAccess(variables);
    expect(await roleOf(variables.adminToken)).toBe("admin");
    expect(await runtime.db.prisma.token.count()).toBe(2);
  });

  it("leave a second admin alone and a token that was revoked by hand revoked", async () => {
    await bootstrapAccess(variables);
    await bootstrapAccess({ ...variables, adminEmail: "other@example.com" });
    expect(await runtime.db.prisma.user.count()).toBe(1);
    await runtime.db.pool.query("UPDATE token SET revoked_at = now() WHERE kind = 'management'");
    await bootstrapAccess(variables);
    expect(await roleOf(variables.adminToken)).toBeNull();
  });

  it("refuse one token for two purposes", async () => {
    const same = {
      adminEmail: undefined,
      adminPassword: undefined,
      adminToken: "same-token-0123456",
      ingestToken: "same-token-0123456",
    };
    await expect(bootstrapAccess(same)).rejects.toMatchObject({ code: "conflict" });
    await bootstrapAccess({ ...same, adminToken: undefined });
    await expect(bootstrapAccess({ ...same, ingestToken: undefined })).rejects.toMatchObject({
      code: "conflict",
      message: "KEYGAUGE_ADMIN_TOKEN: this token is in use as an ingest token already.",
    });
  });
});

describe("the check value of AUTH_SECRET", () => {
  it("refuses another secret than the database was set up with", async () => {
    await Promise.all([checkAuthSecret(), checkAuthSecret()]);
    setRuntime({ ...runtime, keyring: keyring("another-secret-0123456789-another-secret") });
    const attempt = checkAuthSecret();
    await expect(attempt).rejects.toMatchObject({ code: "conflict" });
    await expect(attempt).rejects.toThrow(
      /^AUTH_SECRET is not the one this database was set up with\.[^\n]+$/,
    );
    setRuntime(runtime);
    await checkAuthSecret();
  });
});
