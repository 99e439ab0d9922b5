import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "@/lib/server/root";
import { TEST_SECRET } from "./database";

export interface CliRun {
  child: ChildProcess;
  /** How it ended; the code is null when a signal ended it. */
  ended: Promise<{ code: number | null; out: string; err: string }>;
}

/** Starts the built operator's CLI as a process of its own on this database. `input` is its standard input. */
export function startCli(
  databaseUrl: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: Record<string, string> } = {},
): CliRun {
  const program = join(projectRoot(), "dist", "keygauge.mjs");
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first.`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: projectRoot(),
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      AUTH_SECRET: TEST_SECRET,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: "error",
      ...options.env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { child, ended: Promise.all([closed, output]).then(([code, [out, err]]) => ({ code, out, err })) };
}
