import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { projectRoot } from "@/lib/server/root";

/** A number to compare ours with, and what it is. */
export interface Yardstick {
  what: string;
  value: number;
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
  target: { text: string; met: boolean };
  /** CPU time of the server and of Postgres in seconds, of a run. */
  serverCpuS: number;
  postgresCpuS: number;
  /** CPU time of the load generator, as a fraction of one core. */
  generatorCpu: number;
  /** Resident memory of the server at its highest, bytes. */
  serverMemory: number;
  notes: string[];
  /** Everything measured, run by run. */
  runs: unknown[];
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

const COLUMNS = [
  "benchmark",
  "ours",
  "baseline",
  "limit",
  "ours/baseline",
  "ours/limit",
  "target",
  "CPU server",
  "CPU Postgres",
  "generator",
  "memory",
];

/** Prints the table and writes `bench-results/<name>.json`. */
export function report(name: string, measurements: readonly Measurement[]): void {
  const rows = measurements.map((m) => [
    m.name,
    `${number(m.ours)} ${m.unit}`,
    yardstick(m.baseline),
    yardstick(m.limit),
    ratio(m.ours, m.baseline),
    ratio(m.ours, m.limit),
    `${m.target.text}: ${m.target.met ? "met" : "MISSED"}`,
    `${m.serverCpuS.toFixed(1)} s`,
    `${m.postgresCpuS.toFixed(1)} s`,
    `${Math.round(m.generatorCpu * 100)} % of a core`,
    `${Math.round(m.serverMemory / 2 ** 20)} MiB`,
  ]);
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
    console.log(`\n${m.name}: ${m.workload}`);
    if (m.baseline !== undefined) console.log(`  baseline: ${m.baseline.what}`);
    if (m.limit !== undefined) console.log(`  limit: ${m.limit.what}`);
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

const number = (value: number) =>
  value < 100 ? value.toFixed(value < 10 ? 2 : 1) : Math.round(value).toString();
const yardstick = (y: Yardstick | undefined) => (y === undefined ? "–" : number(y.value));
const ratio = (ours: number, y: Yardstick | undefined) =>
  y === undefined ? "–" : (ours / y.value).toFixed(2);
