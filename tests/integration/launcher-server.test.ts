import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { isAlive } from "@/lib/server/process";
import { projectRoot } from "@/lib/server/root";
import { cpuSecondsOf } from "../support/processes";
import {
  builtServer,
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  startServer,
} from "../support/server";

let installation: Installation;
beforeAll(() => {
  installation = createInstallation();
});
afterAll(() => installation.remove());

/** Runs the server where it has to refuse: resolves with its exit code and what it said. */
async function refusal(env: Record<string, string>): Promise<{ code: number | null; said: string[] }> {
  const child: ChildProcess = spawn(process.execPath, [builtServer()], {
    cwd: projectRoot(),
    env: { NODE_ENV: "production", PORT: "0", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const said = child.stderr === null ? "" : await text(child.stderr);
  return { code: await closed, said: said.trim().split("\n") };
}

const event = () => JSON.stringify({ key: "sk-launcher", provider: "openai", status: 200 });
const post = (url: string) =>
  fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: event(),
  });

test("a second start on one data folder is refused by name, and the first goes on", async () => {
  const first = await startServer({ dataDir: installation.dataDir });
  const { code, said } = await refusal({ KEYGAUGE_DATA_DIR: installation.dataDir });
  expect(code).toBe(1);
  expect(said).toEqual([
    `Keygauge cannot start: Another Keygauge (pid ${first.pid}) is using the data folder ${installation.dataDir}: stop it, or set KEYGAUGE_DATA_DIR to another folder.`,
  ]);
  expect((await post(first.url)).status).toBe(200);
  expect(await first.stop()).toBe(0);
});

test("SIGTERM and SIGINT end everything with code 0 and leave no process", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const server = await startServer({ dataDir: installation.dataDir });
    const postgres = installation.postgresPid();
    expect(postgres).toBeTypeOf("number");
    process.kill(server.pid, signal);
    // A terminal and npm both deliver a Ctrl-C: the second one must not force the end.
    process.kill(server.pid, signal);
    expect(await server.stop()).toBe(0);
    expect(isAlive(postgres ?? 0)).toBe(false);
  }
});

test("a request in flight when the server is stopped is stored and answered", async () => {
  const server = await startServer({ dataDir: installation.dataDir });
  const body = event();
  const socket = connect(server.port, "127.0.0.1");
  const answer = text(socket);
  socket.write(
    `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${INGEST_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  // The server has read the head once a request made later is answered.
  expect((await post(server.url)).status).toBe(200);
  const stopped = server.stop();
  // It hears the signal once the pages, which are still being started, let it.
  await vi.waitFor(() => expect(fetch(`${server.url}/healthz`)).rejects.toThrow(), 20_000);
  socket.write(body.slice(10));
  expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"accepted":1/);
  expect(await stopped).toBe(0);
});

test("a server killed with its Postgres running is started again on the same data", async () => {
  const first = await startServer({ dataDir: installation.dataDir });
  const left = installation.postgresPid() ?? 0;
  await first.kill();
  expect(isAlive(left)).toBe(true);
  const second = await startServer({ dataDir: installation.dataDir });
  expect(isAlive(left)).toBe(false);
  expect(installation.postgresPid()).not.toBe(left);
  expect((await post(second.url)).status).toBe(200);
  expect(await second.stop()).toBe(0);
});

test("a port that is taken is named before Postgres is started", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const { code, said } = await refusal({ KEYGAUGE_DATA_DIR: installation.dataDir, PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(said).toEqual([expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`)]);
  expect(installation.postgresPid()).toBeUndefined();
});

test("health: alive at once, ready while the database answers; a wrong method is told those there are", async () => {
  const server = await startServer({ dataDir: installation.dataDir });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`, { method: "POST" })).status).toBe(405);
  const refused = await fetch(`${server.url}/api/v1/rules/backtest`);
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  expect(await server.stop()).toBe(0);
});

/** Processor time of a fixed piece of work, here and now: the unit in which a start is bounded on any machine. */
function yardstick(): number {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    id: i,
    name: `row ${i}`,
    values: [i, i / 2, String(i)],
  }));
  const before = process.cpuUsage();
  for (let i = 0; i < 10; i++) JSON.parse(JSON.stringify(rows));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

// 5 s on the clock are the aim; how busy or slow the machine is must not decide a test, so the work itself is bounded.
test("built, it accepts events after little work", async () => {
  const units = [yardstick()];
  const server = await startServer({ dataDir: installation.dataDir });
  expect((await post(server.url)).status).toBe(200);
  const used = cpuSecondsOf(server.pid);
  units.push(yardstick(), yardstick());
  const [, unit = Number.NaN] = units.sort((a, b) => a - b);
  expect(used / unit).toBeLessThan(25);
  expect(await server.stop()).toBe(0);
});

test.each([
  [
    "an unreachable server",
    () => "postgresql://u:secret-pw@127.0.0.1:1/db",
    /nothing answers at 127\.0\.0\.1:1\./,
  ],
  [
    "an unknown host",
    () => "postgresql://u:secret-pw@keygauge.invalid/db",
    /the host keygauge\.invalid is not known/,
  ],
  ["a wrong password", () => altered((url) => (url.password = "secret-pw")), /refuses keygauge.*password/],
  [
    "a missing database",
    () => altered((url) => (url.pathname = "/absent")),
    /the database "absent" does not exist/,
  ],
  ["an address that is none", () => "localhost:5432", /^Keygauge cannot start: DATABASE_URL: expected a URL/],
])("DATABASE_URL with %s is one line that says what to do", async (_, url, expected) => {
  const { code, said } = await refusal({ KEYGAUGE_DATA_DIR: installation.dataDir, DATABASE_URL: url() });
  expect(code).toBe(1);
  expect(said).toEqual([expect.stringMatching(expected)]);
  expect(said[0]).not.toContain("secret-pw");
});

function altered(change: (url: URL) => unknown): string {
  const url = new URL(inject("postgresTemplateUrl"));
  change(url);
  return url.href;
}

test("a server whose output nobody reads any more goes on, quietly", { timeout: 120_000 }, async () => {
  const server = await startServer({ dataDir: installation.dataDir });
  const login = async () => (await fetch(`${server.url}/login`)).status;
  await vi.waitFor(async () => expect(await login()).toBe(200), 20_000);
  server.closeOutput();
  // Pages fail without a database, and Next says so on the output that is gone.
  process.kill(installation.postgresPid() ?? 0, "SIGKILL");
  await vi.waitFor(async () => expect(await login()).toBe(500), 20_000);
  const before = cpuSecondsOf(server.pid);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  // To report that nothing can be reported takes all there is.
  expect(cpuSecondsOf(server.pid) - before).toBeLessThan(1);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.kill();
});
