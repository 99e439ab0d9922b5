import { maintainPartitions } from "@/lib/db/partitions";
import type { Env } from "@/lib/env";
import { createSource } from "@/lib/features/sources/commands";
import { Occurrences } from "@/lib/ingest/content-id";
import { createIngest } from "@/lib/ingest/ingest";
import type { Runtime } from "@/lib/runtime";
import { showProgress } from "../console/progress";
import { OPERATOR } from "./access";
import { checkpointOf, type Totals } from "./import/checkpoint";
import { type Shape, shapeOf } from "./import/format";
import { type Input, openInput } from "./import/input";
import { type ImportOptions, parseImportOptions } from "./import/options";
import { type ImportSource, recordReader } from "./import/records";
import { progressLine, type ReadSoFar, rejectionLog, summary } from "./import/report";
import { runImport } from "./import/run";
import { withRuntime } from "./session";

const INTERRUPTED = 130;

/** `keygauge import`. Resolves with the exit code: 1 when a line was rejected. */
export async function importFile(env: Env, args: readonly string[]): Promise<number> {
  const options = parseImportOptions(args);
  const input = await openInput(options.file);
  const shape = await shapeOf(input, options);
  return withRuntime(env, (runtime) => importInto(runtime, options, input, shape));
}

async function importInto(
  runtime: Runtime,
  options: ImportOptions,
  input: Input,
  shape: Shape,
): Promise<number> {
  const occurrences = new Occurrences();
  const source = await sourceNamed(runtime, options.source, shape);
  const read = recordReader(input, shape, options, source, occurrences);
  // A server makes them as it starts; there may never have been one.
  await maintainPartitions(runtime.db.pool, Date.now(), runtime.settings.retentionEventsDays);
  const checkpoint = checkpointOf(runtime, input.identity, source.id, options, shape);
  const earlier = await checkpoint.load();
  const totals: Totals = earlier?.totals ?? { accepted: 0, duplicates: 0, rejected: 0, reasons: {} };

  const begun = performance.now();
  const before = eventsOf(totals);
  const soFar = (): ReadSoFar => ({
    bytes: input.bytesRead(),
    size: input.size,
    seconds: (performance.now() - begun) / 1000,
    events: eventsOf(totals) - before,
  });
  const terminal = process.stderr;
  const progress = showProgress(() => progressLine(soFar(), totals, terminal.isTTY), terminal);
  progress.print(`Reading ${input.name} (${shape.format}) into the source ${options.source}`);
  if (earlier !== null)
    progress.print(`Going on at line ${earlier.place.line}; what stands before it is stored.`);
  const rejections = rejectionLog(options.rejects, earlier !== null, progress.print);
  const stop = stopSignal(input);
  const ingest = createIngest(runtime);
  let ended = false;
  try {
    await runImport({
      ...{ ingest, source, checkpoint, occurrences, read, earlier, totals, signal: stop.signal },
      start: shape.start,
      onRejected: rejections.add,
    });
    ended = !stop.signal.aborted;
  } finally {
    progress.stop();
    rejections.close();
    stop.release();
    await ingest.close();
    process.stdout.write(`${summary(input.name, totals, soFar(), ended).join("\n")}\n`);
  }
  if (stop.signal.aborted) return INTERRUPTED;
  return totals.rejected > 0 ? 1 : 0;
}

const eventsOf = ({ accepted, duplicates, rejected }: Totals) => accepted + duplicates + rejected;

async function sourceNamed({ db }: Runtime, name: string, { format }: Shape): Promise<ImportSource> {
  const found = await db.prisma.source.findUnique({ where: { name }, select: { id: true, keyFrom: true } });
  if (found !== null) return found;
  const native = format === "csv" || format === "ndjson";
  const made = await createSource({ actor: OPERATOR, input: { name, format: native ? "native" : format } });
  return { id: Number(made.id), keyFrom: made.key_from };
}

/** The first Ctrl-C ends the import after the batch at hand; a second one ends the program. */
function stopSignal(input: Input): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const interrupt = () => {
    controller.abort();
    input.stop();
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => void process.off("SIGINT", interrupt).off("SIGTERM", interrupt),
  };
}
