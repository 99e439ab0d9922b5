import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks a second; fixed at 100 in the ABI of /proc. */
const TICKS = 100;

interface Stat {
  parent: number;
  /** Of the process and of children it has waited for. */
  cpuSeconds: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold spaces.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), cpuSeconds: ticks / TICKS };
  } catch {
    return undefined;
  }
}

/** The live children of a process; empty where there is no /proc. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((child) => child > 0 && statOf(child)?.parent === pid);
  } catch {
    return [];
  }
}

/** CPU time of a process and all its children, in seconds; 0 where there is no /proc. */
export function cpuSecondsOf(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + (statOf(one)?.cpuSeconds ?? 0), 0);
}

/** Resident memory of one process in bytes, now and at its highest; 0 where there is no /proc. */
export function memoryOf(pid: number): { now: number; peak: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    return { now: kib("VmRSS") * 1024, peak: kib("VmHWM") * 1024 };
  } catch {
    return { now: 0, peak: 0 };
  }
}

/** CPU time that all processes of the machine used since it started, in seconds; 0 where there is no /proc. */
export function machineCpuSeconds(): number {
  try {
    const fields = readFileSync("/proc/stat", "utf8").split("\n")[0]?.trim().split(/\s+/).slice(1) ?? [];
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields.map(Number);
    return (user + nice + system + irq + softirq + steal) / TICKS;
  } catch {
    return 0;
  }
}
