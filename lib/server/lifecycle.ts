import { EnvError } from "@/lib/env";
import { isAppError } from "@/lib/errors";
import { log } from "@/lib/log";
import type { RunningServer } from "./serve";
import { isStartError } from "./start-error";

/** npm passes on a Ctrl-C that the terminal has delivered already: a second one this soon is the same. */
const SAME_SIGNAL_MS = 1_000;
/** Past this the process ends whatever is left; each step of a stop has a shorter bound of its own. */
const STOP_WITHIN_MS = 75_000;

/** Runs the server until a signal ends it: exit code 0 after a clean stop, 1 after a failed start. */
export async function runToEnd(start: () => Promise<RunningServer>): Promise<void> {
  // Whoever read the output may be gone. That is no reason to end, and every word about it would be the next such error.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  let signalled: number | undefined;
  let asked = () => {};
  const stopAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (signalled === undefined) {
        signalled = performance.now();
        asked();
      } else if (performance.now() - signalled > SAME_SIGNAL_MS) {
        process.stderr.write("Stopped at once; Postgres recovers at the next start.\n");
        process.exit(1);
      }
    });
  }
  process.on("unhandledRejection", (error) => log.error({ err: error }, "Unhandled rejection"));

  let server: RunningServer;
  try {
    server = await start();
  } catch (error) {
    process.stderr.write(`${explainStart(error)}\n`);
    process.exit(1);
  }
  await stopAsked;
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  await server.stop();
  process.exit(0);
}

/** One line for what the operator can mend; the stack for what is our fault. */
export function explainStart(error: unknown): string {
  if (error instanceof EnvError)
    return error.problems
      .map(({ name, message }) => `Keygauge cannot start: ${name}: ${message}.`)
      .join("\n");
  if (isStartError(error) || isAppError(error)) return `Keygauge cannot start: ${error.message}`;
  return `Keygauge cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
