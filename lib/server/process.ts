import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { codeOf } from "./start-error";

/** True for a process of any user; a zombie does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
  }
  return statOf(pid)?.state !== "Z";
}

/** State and start (clock ticks since boot) from /proc/<pid>/stat; undefined where there is no /proc. */
function statOf(pid: number): { state: string; started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** What tells a process from a later one with the same pid: when it started. Undefined when it is not there. */
export function startOf(pid: number): string | undefined {
  const stat = statOf(pid);
  if (stat !== undefined) return `${bootId()}/${stat.started}`;
  const ps = spawnSync("ps", ["-p", String(pid), "-o", "lstart="], { encoding: "utf8" });
  return ps.stdout?.trim() || undefined;
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** True when `pid` is a Postgres server on the cluster in `dir` (Postgres changes into its data directory). */
export function isPostmasterOf(pid: number, dir: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux") {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dir);
    } catch {
      return false;
    }
  }
  const ps = spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
  const command = ps.stdout ?? "";
  return command.includes("postgres") && command.includes(dir);
}

/** Asks every `everyMs` until `holds`, for at most `forMs`; says whether it did. */
export async function waitUntil(holds: () => boolean, forMs: number, everyMs = 20): Promise<boolean> {
  const end = performance.now() + forMs;
  while (!holds()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return true;
}
