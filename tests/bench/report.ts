import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { projectRoot } from "@/lib/server/root";
import type { Usage } from "./subject";

/** A number to compare ours with, and what it is. */
export interface Yardstick {
  what: string;
  value: number;
}

/** A goal: what is compared with it, what must be reached, and what is aimed at. */
export interface Target {
  what: string;
  value: number;
  better: "more" | "less";
  atLeast: number;
  aim?: number;
}

/** Of one run, beside what was measured in it. */
export interface Run extends Usage {
  /** CPU time of the load generator in seconds. */
  generatorCpuS: number;
}

export interface Measurement {
  name: string;
  workload: string;
  unit: string;
  /** Medians over the runs. */
  ours: number;
  /** What an ordinary implementation does. */
  baseline?: Yardstick;
  /** What no implementation can beat here. */
  limit?: Yardstick;
  targets: Target[];
  /** Bytes that a stored event takes with everything made of it. */
  bytesPerEvent?: number;
  notes: string[];
  /** Everything measured, run by run. */
  runs: Run[];
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + high) / 2 : high;
}

/** Nearest rank, of ascending values. */
export const quantile = (ascending: readonly number[], q: number): number =>
  ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN;

/** CPU seconds, shares of a core and memory of a benchmark's runs. */
export function resourcesOf(runs: readonly Run[]) {
  const of = (pick: (run: Run) => number) => median(runs.map(pick));
  return {
    serverCpuS: of((run) => run.serverCpuS),
    postgresCpuS: of((run) => run.postgresCpuS),
    generatorCores: of((run) => run.generatorCpuS / run.seconds),
    /** What neither the server nor Postgres nor the generator used. */
    otherCores: of((run) => Math.max(0, run.othersCpuS - run.generatorCpuS) / run.seconds),
    /** Resident memory of the server at its highest, bytes. */
    serverMemory: Math.max(...runs.map((run) => run.serverMemory)),
  };
}

const reaches = ({ value, better }: Target, goal: number) =>
  better === "more" ? value >= goal : value <= goal;

const COLUMNS = [
  "benchmark",
  "ours",
  "baseline",
  "limit",
  "ours/baseline",
  "ours/limit",
  "CPU server",
  "CPU Postgres",
  "generator",
  "others",
  "memory",
  "bytes/event",
];

/** Prints the table and writes `bench-results/<name>.json`. */
export function report(name: string, measurements: readonly Measurement[]): void {
  const rows = measurements.map((m) => {
    const used = resourcesOf(m.runs);
    return [
      m.name,
      `${number(m.ours)} ${m.unit}`,
      yardstick(m.baseline),
      yardstick(m.limit),
      ratio(m.ours, m.baseline),
      ratio(m.ours, m.limit),
      `${used.serverCpuS.toFixed(1)} s`,
      `${used.postgresCpuS.toFixed(1)} s`,
      `${used.generatorCores.toFixed(2)} cores`,
      `${used.otherCores.toFixed(2)} cores`,
      `${Math.round(used.serverMemory / 1e6)} MB`,
      m.bytesPerEvent === undefined ? "–" : Math.round(m.bytesPerEvent).toString(),
    ];
  });
  const table = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, i) => Math.max(...table.map((row) => (row[i] ?? "").length)));
  const line = (row: string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(`\n${line(COLUMNS)}\n${line(widths.map((width) => "-".repeat(width)))}`);
  for (const row of rows) console.log(line(row));
  for (const m of measurements) {
    console.log(
      `\n${m.name}: ${m.workload}; ${m.runs.length === 1 ? "one run" : `median of ${m.runs.length} runs`}`,
    );
    if (m.baseline !== undefined) console.log(`  baseline: ${m.baseline.what}`);
    if (m.limit !== undefined) console.log(`  limit: ${m.limit.what}`);
    for (const target of m.targets) console.log(`  ${goals(target)}`);
    for (const note of m.notes) console.log(`  ${note}`);
  }
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const dir = join(projectRoot(), "bench-results");
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${name}.json`);
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), machine, measurements }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${file}`);
}

function goals(target: Target): string {
  const sign = target.better === "more" ? "≥" : "≤";
  const state = (goal: number, missed: string) =>
    `${sign} ${goal} (${reaches(target, goal) ? "met" : missed})`;
  const aim = target.aim === undefined ? "" : `, aim ${state(target.aim, "not yet")}`;
  return `${target.what}: ${number(target.value)}; at least ${state(target.atLeast, "MISSED")}${aim}`;
}

const number = (value: number) =>
  value < 100 ? value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1) : Math.round(value).toString();
const yardstick = (y: Yardstick | undefined) => (y === undefined ? "–" : number(y.value));
const ratio = (ours: number, y: Yardstick | undefined) =>
  y === undefined ? "–" : (ours / y.value).toFixed(2);
