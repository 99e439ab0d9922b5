import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptSecret, lockDataFolder, openDataFolder, ownerOf } from "./data-folder";
import { startOf } from "./process";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "keygauge-folder-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lockFile = () => join(dir, "keygauge.lock");
const lockOf = (pid: number, started: string) => writeFileSync(lockFile(), JSON.stringify({ pid, started }));

async function withOther<T>(work: (pid: number) => T): Promise<T> {
  const other: ChildProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await new Promise((resolve) => other.once("spawn", resolve));
  try {
    return work(other.pid ?? 0);
  } finally {
    other.kill("SIGKILL");
  }
}

test("the lock is held until it is released, and leaves nothing else behind", () => {
  const lock = lockDataFolder(dir);
  expect(ownerOf(dir)).toBe(process.pid);
  expect(() => lockDataFolder(dir)).toThrow(
    `Another Keygauge (pid ${process.pid}) is using the data folder ${dir}`,
  );
  lock.release();
  expect(ownerOf(dir)).toBeUndefined();
  expect(readdirSync(dir)).toEqual([]);
});

test("another live process that holds it is named", async () => {
  await withOther((pid) => {
    lockOf(pid, startOf(pid) ?? "");
    expect(() => lockDataFolder(dir)).toThrow(`Another Keygauge (pid ${pid})`);
  });
});

test("a lock whose pid belongs to a later process is stale", async () => {
  await withOther((pid) => {
    lockOf(pid, "an earlier start");
    lockDataFolder(dir).release();
  });
});

test.each([
  ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: "x" })],
  ["that was cut off", '{"pid":'],
  ["that is empty", ""],
])("a lock %s is taken over", (_, content) => {
  writeFileSync(lockFile(), content);
  const lock = lockDataFolder(dir);
  expect(ownerOf(dir)).toBe(process.pid);
  lock.release();
});

test("a data folder that is a file is named", () => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  expect(() => openDataFolder(file)).toThrow(/is not a folder: set KEYGAUGE_DATA_DIR/);
  expect(() => openDataFolder(join(file, "below"))).toThrow(/is not a folder: set KEYGAUGE_DATA_DIR/);
});

test("the secret is made once, for the owner alone", () => {
  const secret = keptSecret(dir);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(keptSecret(dir)).toBe(secret);
  expect(readFileSync(join(dir, "auth-secret"), "utf8").trim()).toBe(secret);
  expect(statSync(join(dir, "auth-secret")).mode & 0o777).toBe(0o600);
});

test("an emptied secret is not replaced in silence", () => {
  writeFileSync(join(dir, "auth-secret"), "");
  expect(() => keptSecret(dir)).toThrow(/does not hold a secret/);
});
