import { startGenerator } from "./generator";
import { BATCH } from "./ingest-batch";
import { type Measurement, median, type Run } from "./report";
import { startUsage, withServer } from "./subject";
import { allSealed, checkStored, tableSizes } from "./yardsticks";

const EVENTS = 1_000_000;
const KEYS = 1_000;
const HOUR_MS = 3_600_000;
const WITHIN_S = 300;

interface StorageRun extends Run {
  bytesPerEvent: number;
  /** Bytes by table, per event. */
  byTable: Record<string, number>;
  emptyBytes: number;
}

/** Bytes on the disk for each event, with everything that is made of it. */
export async function storage({ runs: count }: { runs: number }): Promise<Measurement[]> {
  const runs: StorageRun[] = [];
  for (let i = 1; i <= count; i++) {
    const run = await measure(`storage-${i}`, "zipf");
    console.log(`run ${i}: ${run.bytesPerEvent.toFixed(1)} bytes an event`);
    runs.push(run);
  }
  return [summary(runs, await measure("storage-uniform", "uniform"))];
}

/** Each run on a fresh installation: tables that were emptied keep no old size, but dictionaries and keys would stay. */
function measure(seed: string, distribution: "zipf" | "uniform"): Promise<StorageRun> {
  return withServer({}, async (subject) => {
    const { databaseUrl, server } = subject;
    const empty = await tableSizes(databaseUrl);
    const generator = await startGenerator({
      seed,
      batch: BATCH.batch,
      keys: KEYS,
      distribution,
      requests: 200,
      // A whole hour that has ended.
      times: {
        from: Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS,
        every: HOUR_MS / EVENTS,
      },
    });
    try {
      const usage = startUsage(subject);
      const result = await generator.run({
        port: server.port,
        connections: BATCH.connections,
        seconds: WITHIN_S,
        requests: EVENTS / BATCH.batch,
      });
      const used = usage();
      await checkStored(databaseUrl, EVENTS);
      await allSealed(databaseUrl);
      const sizes = await tableSizes(databaseUrl);
      const byTable = Object.fromEntries(
        [...sizes]
          .map(([name, bytes]): [string, number] => [name, (bytes - (empty.get(name) ?? 0)) / EVENTS])
          .filter(([, bytes]) => bytes > 0)
          .sort((a, b) => b[1] - a[1]),
      );
      return {
        ...used,
        generatorCpuS: result.cpuSeconds,
        byTable,
        bytesPerEvent: Object.values(byTable).reduce((sum, bytes) => sum + bytes, 0),
        emptyBytes: [...empty.values()].reduce((sum, bytes) => sum + bytes, 0),
      };
    } finally {
      generator.end();
    }
  });
}

function summary(runs: StorageRun[], uniform: StorageRun): Measurement {
  const bytes = median(runs.map((run) => run.bytesPerEvent));
  const run = runs.find(({ bytesPerEvent }) => bytesPerEvent === bytes) ?? runs[0];
  return {
    name: "storage",
    workload: `${EVENTS} events with all fields of ${KEYS} keys (Zipf) over one hour, in requests of ${BATCH.batch}; what all tables and indexes grew by`,
    unit: "bytes/event",
    ours: bytes,
    targets: [{ what: "bytes an event", value: bytes, better: "less", atLeast: 260, aim: 160 }],
    bytesPerEvent: bytes,
    notes: [
      `by table: ${shares(run)}`,
      `when every key is used alike, so that more buckets have one event only: ${uniform.bytesPerEvent.toFixed(1)} (${shares(uniform)})`,
      `not counted: an empty installation's ${((run?.emptyBytes ?? 0) / 1e6).toFixed(1)} MB, the write-ahead log`,
    ],
    runs,
  };
}

const shares = (run: StorageRun | undefined) =>
  Object.entries(run?.byTable ?? {})
    .map(([name, share]) => `${name} ${share.toFixed(1)}`)
    .join(", ");
