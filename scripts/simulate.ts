import { randomInt } from "node:crypto";
import { runTraffic } from "@/lib/domain/simulation/run";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { showProgress } from "./console/progress";
import { ArgumentError, parseSimulateArguments, type SimulateArguments, USAGE } from "./simulation/arguments";
import { CLOCK } from "./simulation/clock";
import { progressLine } from "./simulation/progress";
import { createSender, SendError } from "./simulation/sender";

const CONNECTIONS = 4;
const SHORTEST_CYCLE_MS = 20_000;
const LONGEST_CYCLE_MS = 3_600_000;

/** How long a server that takes nothing is waited for after the end of the run. */
const GRACE_MS = 15_000;

/** One cycle of the scenario fills a run of a known length. */
function cycleOf(durationMs: number | null): number | undefined {
  if (durationMs === null) return undefined;
  return Math.min(LONGEST_CYCLE_MS, Math.max(SHORTEST_CYCLE_MS, durationMs));
}

/** Sends the traffic; resolves to the exit code. */
async function simulate(args: SimulateArguments): Promise<number> {
  const stop = new AbortController();
  const giveUp = new AbortController();
  const interrupt = () => (stop.signal.aborted ? giveUp.abort() : stop.abort());
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);

  const liveFrom = Date.now();
  const from = liveFrom - args.backfillMs;
  const until = args.durationMs === null ? null : liveFrom + args.durationMs;
  const cycleMs = cycleOf(args.durationMs);
  const { rate, keys, scenario, seed } = args;
  const traffic = createTraffic({
    seed,
    keys,
    rate,
    scenario,
    start: from,
    scenarioStart: liveFrom,
    ...(cycleMs === undefined ? {} : { cycleMs }),
  });
  const sender = createSender({
    url: args.url,
    token: args.token,
    connections: CONNECTIONS,
    signal: giveUp.signal,
  });

  console.log(`Sending ${scenario} traffic of ${keys} keys to ${args.url}, ${rate} events/s (seed ${seed})`);
  const progress = showProgress(() => progressLine(sender.totals), process.stdout);
  let stuckSince: number | null = null;
  const watch = setInterval(() => {
    const over = stop.signal.aborted || (until !== null && Date.now() > until);
    stuckSince = over && sender.totals.trouble !== null ? (stuckSince ?? Date.now()) : null;
    if (stuckSince !== null && Date.now() - stuckSince > GRACE_MS) giveUp.abort();
  }, 500);
  try {
    await runTraffic({ traffic, sender, from, until, rate, signal: stop.signal, ...CLOCK });
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    progress.stop();
    console.error(error.message);
    return 1;
  } finally {
    clearInterval(watch);
    progress.stop();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }

  const { totals } = sender;
  console.log(`Done in ${((Date.now() - liveFrom) / 1000).toFixed(1)} s: ${progressLine(totals)}`);
  if (totals.rejection !== null) console.error(`First rejected event: ${totals.rejection}`);
  if (totals.lost > 0) console.error(`${totals.lost} events had no answer when the run was stopped`);
  return totals.rejected > 0 || totals.lost > 0 ? 1 : 0;
}

try {
  const args = parseSimulateArguments(process.argv.slice(2), String(randomInt(1_000_000_000)));
  if (args === null) console.log(USAGE);
  else process.exitCode = await simulate(args);
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
