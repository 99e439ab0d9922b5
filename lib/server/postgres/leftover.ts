import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, isPostmasterOf, waitUntil } from "../process";
import { StartError } from "../start-error";

const pidFile = (dir: string) => join(dir, "postmaster.pid");

/** The pid in postmaster.pid, whatever process that may be by now. */
export function recordedPid(dir: string): number | undefined {
  if (!existsSync(pidFile(dir))) return undefined;
  const pid = Number.parseInt(readFileSync(pidFile(dir), "utf8"), 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** True once the Postgres of this cluster accepts connections: line 8 of postmaster.pid, as pg_ctl reads it. */
export function isReady(dir: string, pid: number): boolean {
  try {
    const lines = readFileSync(pidFile(dir), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

/**
 * Deals with what an unclean stop left behind. The caller holds the data folder's lock, so a Postgres still running on
 * the cluster belongs to nobody: it is stopped, and the next one starts with this version's binaries and settings.
 */
export async function settleLeftover(dir: string, onStep: (message: string) => void): Promise<void> {
  const pid = recordedPid(dir);
  if (pid === undefined || !isAlive(pid)) return;
  if (isPostmasterOf(pid, dir)) {
    onStep(`Stopping the Postgres that an earlier run left behind (pid ${pid})`);
    await stopPostmaster(pid);
    return;
  }
  // The pid now belongs to another program, and Postgres would refuse to start. Our own pid, being that of its parent,
  // passes that check, while the check for backends still alive on the old shared memory stays in force.
  const text = readFileSync(pidFile(dir), "utf8");
  writeFileSync(pidFile(dir), text.replace(/^\d+/, String(process.pid)));
}

/** Fast shutdown, waited for; then the immediate one, from which the next start recovers. */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", 30_000],
    ["SIGQUIT", 10_000],
    ["SIGKILL", 5_000],
  ];
  for (const [signal, forMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitUntil(() => !isAlive(pid), forMs)) return;
  }
  throw new StartError(`Postgres (pid ${pid}) does not stop: end it by hand and start again.`);
}
