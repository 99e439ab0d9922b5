import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { trafficOf } from "@/lib/domain/simulation/demo";
import { runTraffic } from "@/lib/domain/simulation/run";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { createApi } from "./demo/api";
import { HISTORY_MS } from "./demo/plan";
import { provision, type ReadySource } from "./demo/provision";
import { startServer } from "./demo/server";
import { CLOCK } from "./simulation/clock";
import { createSender } from "./simulation/sender";

const EMAIL = "demo@example.com";
const STOP_WITHIN_MS = 5_000;
const CONNECTIONS = 2;

/** The bundle lies in dist/, one folder below the root. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** The first admin's password, made at the first start and kept beside the data. */
async function adminPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, "demo.json");
  try {
    const kept: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof kept === "object" && kept !== null && "password" in kept) return String(kept.password);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const password = randomBytes(9).toString("base64url");
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify({ email: EMAIL, password })}\n`, { mode: 0o600 });
  return password;
}

/** Live traffic at once, and beside it the history that is not stored yet, so that the charts fill from both ends. */
async function sendTraffic(url: string, sources: readonly ReadySource[], stop: AbortSignal): Promise<void> {
  const giveUp = new AbortController();
  stop.addEventListener("abort", () => setTimeout(() => giveUp.abort(), STOP_WITHIN_MS).unref(), {
    once: true,
  });
  const liveFrom = Date.now();

  const runs = sources.flatMap(({ source, token, lastEventAt }) => {
    const { rate } = source;
    const from = Math.max(liveFrom - HISTORY_MS, (lastEventAt ?? 0) + 1);
    const run = async (part: "live" | "history", start: number, until: number | null) => {
      const traffic = createTraffic(trafficOf(source, part, start, liveFrom));
      const sender = createSender({ url, token, connections: CONNECTIONS, signal: giveUp.signal });
      await runTraffic({ traffic, sender, from: start, until, rate, signal: stop, ...CLOCK });
      return sender.totals.accepted;
    };
    const history = async () => {
      const accepted = await run("history", from, liveFrom);
      if (accepted > 0) console.log(`History of ${source.name}: ${accepted} events stored`);
    };
    return [run("live", liveFrom, null), from < liveFrom ? history() : Promise.resolve()];
  });
  await Promise.all(runs);
}

async function demo(): Promise<number> {
  const dataDir = resolve(root, process.env.KEYGAUGE_DATA_DIR?.trim() || ".data/demo");
  const password = process.env.KEYGAUGE_ADMIN_PASSWORD ?? (await adminPassword(dataDir));
  const email = process.env.KEYGAUGE_ADMIN_EMAIL ?? EMAIL;
  const adminToken = `kgm_demo_${randomBytes(24).toString("base64url")}`;
  const started = await startServer(root, process.env, {
    KEYGAUGE_DATA_DIR: dataDir,
    KEYGAUGE_ADMIN_EMAIL: email,
    KEYGAUGE_ADMIN_PASSWORD: password,
    KEYGAUGE_ADMIN_TOKEN: adminToken,
    LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
  });
  if ("exitCode" in started) return started.exitCode;

  const { server } = started;
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  void server.ended.then(interrupt);
  try {
    const sources = await provision(createApi(server.url, adminToken), Date.now());
    console.log(`
Demo with two simulated gateways (${sources.map(({ source }) => source.name).join(", ")})
  Console   ${server.url}
  Sign in   ${email} / ${password}
  Mailbox   ${server.url}/mailbox
  Ctrl-C stops everything; the data stays in ${dataDir}
`);
    await sendTraffic(server.url, sources, stop.signal);
    return 0;
  } finally {
    server.stop();
    const code = await server.ended;
    if (code !== 0) process.exitCode = code;
  }
}

try {
  const code = await demo();
  process.exitCode ||= code;
} catch (error) {
  console.error(error instanceof Error ? `The demo stopped: ${error.message}` : error);
  process.exitCode = 1;
}
