import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A failure that its message explains; printed without a stack. */
export class StepError extends Error {
  name = "StepError";
}

let running;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

function interrupted(signal) {
  running?.kill(signal);
  process.exit(SIGNALS[signal]);
}
for (const signal of Object.keys(SIGNALS)) process.on(signal, interrupted);

/** From here on the program that is about to run answers signals itself. */
export function handOverSignals() {
  for (const signal of Object.keys(SIGNALS)) process.off(signal, interrupted);
}

/** npm started this process; when npm is killed, nobody is left to stop it, so it stops itself. */
export function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  timer.unref();
}

/** Runs a command quietly, with one progress line; what it printed is shown only when it fails. */
export async function step(name, command, args, { env = {}, cwd = root } = {}) {
  const end = progress(name);
  const { code, output } = await capture(command, args, { env, cwd });
  end();
  if (code !== 0) throw new StepError(`${output.trim()}\n${name} failed (exit code ${code}).`);
  return output;
}

/** Runs a command and resolves with its exit code and everything it printed. */
export async function capture(command, args, { env = {}, cwd = root } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32" && !command.endsWith(".exe"),
  });
  running = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status, signal) => resolve(status ?? (signal ? 1 : 0)));
    });
    return { code, output };
  } catch (error) {
    throw new StepError(`${command} could not be run: ${error.message}`);
  } finally {
    running = undefined;
  }
}

/** "Building the pages … 12 s": counts on a terminal, written in two halves elsewhere. Call the result at the end. */
export function progress(name, out = process.stdout) {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1000);
  out.write(`${name} …`);
  const timer = out.isTTY ? setInterval(() => out.write(`\r${name} … ${seconds()} s`), 1000) : undefined;
  return () => {
    clearInterval(timer);
    out.write(out.isTTY ? `\r${name} … ${seconds()} s\n` : ` ${seconds()} s\n`);
  };
}

/** The npm that runs this script, else the one on the PATH. */
export function npm(...args) {
  const path = process.env.npm_execpath;
  return path?.endsWith(".js") || path?.endsWith(".cjs")
    ? [process.execPath, [path, ...args]]
    : ["npm", args];
}
