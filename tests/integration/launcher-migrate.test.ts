import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { migrate, migrationState } from "@/lib/server/migrate/migrate";
import { migrationNames } from "@/lib/server/migrate/names";
import { projectRoot } from "@/lib/server/root";

const SHIPPED = join(projectRoot(), "prisma", "migrations");
let admin: pg.Client;
let url: string;
let dir: string;

beforeAll(async () => {
  const address = new URL(inject("postgresTemplateUrl"));
  address.pathname = "/postgres";
  admin = new pg.Client({ connectionString: address.href });
  await admin.connect();
});
afterAll(() => admin.end());

/** Each test has an empty database and a copy of the migrations that it may change. */
beforeEach(async () => {
  const address = new URL(inject("postgresTemplateUrl"));
  address.pathname = `/m_${randomBytes(6).toString("hex")}`;
  await admin.query(`CREATE DATABASE "${address.pathname.slice(1)}"`);
  url = address.href;
  dir = mkdtempSync(join(tmpdir(), "keygauge-migrations-"));
  cpSync(SHIPPED, dir, { recursive: true });
});
afterEach(async () => {
  await admin.query(`DROP DATABASE "${new URL(url).pathname.slice(1)}" WITH (FORCE)`);
  rmSync(dir, { recursive: true, force: true });
});

function addMigration(name: string, sql: string): void {
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, "migration.sql"), sql);
}

async function state() {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await migrationState(client, dir);
  } finally {
    await client.end();
  }
}

const runner = join(projectRoot(), "dist", "migrate.mjs");

test("an empty database gets all migrations, once", async () => {
  const names = migrationNames(dir);
  expect((await state()).pending).toEqual(names);
  expect(await migrate(url, { dir, runner })).toEqual(names);
  expect(await migrate(url, { dir, runner })).toEqual([]);
  expect(await state()).toEqual({ pending: [], failed: [], unknown: [] });
});

test("servers that start at once all find the database migrated, by one of them", async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, { dir, runner })));
  expect(applied.flat().sort()).toEqual(migrationNames(dir));
});

test("a later version's migration is applied on top", async () => {
  await migrate(url, { dir, runner });
  addMigration("20991231000000_later", "CREATE TABLE later (n int);");
  expect(await migrate(url, { dir, runner })).toEqual(["20991231000000_later"]);
});

test("a database of a newer version is refused in one line", async () => {
  addMigration("20991231000000_later", "CREATE TABLE later (n int);");
  await migrate(url, { dir, runner });
  await expect(migrate(url, { dir: SHIPPED, runner })).rejects.toThrow(
    /migrated by a newer Keygauge \(20991231000000_later\)/,
  );
});

test("a migration that fails is explained, and keeps the next start from going on", async () => {
  addMigration("20991231000000_broken", "CREATE TABLE fine (n int); SELECT no_such_function();");
  await expect(migrate(url, { dir, runner })).rejects.toThrow(/no_such_function/);
  await expect(migrate(url, { dir, runner })).rejects.toThrow(/failed half-way.*20991231000000_broken/);
  expect((await state()).failed).toEqual(["20991231000000_broken"]);
});
