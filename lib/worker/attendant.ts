import { SECOND } from "@/lib/domain/usage/duration";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { attendDue } from "./attention/attend";
import { repeat } from "./repeat";

const EVERY_MS = SECOND;

/**
 * Looks after open incidents when time alone asks for it: escalation, the ends of silences and snoozes, flapping that has
 * settled. What is due stands in the database, so any number of servers may run one, and none has to live for long.
 */
export function startAttendant(runtime: Runtime, clock: () => number = Date.now): { stop(): Promise<void> } {
  let failing = false;
  return repeat(async () => {
    try {
      // More may be due than one round takes.
      while ((await attendDue(runtime, clock())) > 0);
      if (failing) log.info("Incidents are attended to again");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, "Incidents cannot be attended to; trying again");
      failing = true;
    }
    return EVERY_MS;
  });
}
