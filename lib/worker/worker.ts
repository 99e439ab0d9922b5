import type { Runtime } from "@/lib/runtime";
import { startAttendant } from "./attendant";
import { startDemo } from "./demo/demo";
import { startDispatcher } from "./dispatcher";
import { startEvaluator } from "./evaluator";
import { type Health, startHeartbeat } from "./heartbeat";
import { startMaintenance } from "./maintenance";
import { startSealer } from "./sealer";

export interface Worker {
  /** Takes nothing more, and lets what is under way end. */
  stop(): Promise<void>;
  healthy(): Health;
}

/**
 * Everything that happens without being asked: rules are evaluated, incidents attended to, deliveries sent, the database kept in shape, hours
 * sealed, demo traffic made, the heartbeat called. Each part outlives the database's absences by itself. Wakes by the runtime's signals.
 */
export async function startWorker(runtime: Runtime): Promise<Worker> {
  const dispatcher = startDispatcher(runtime);
  const unsubscribe = runtime.queued.subscribe(dispatcher.wake);
  const maintenance = startMaintenance(runtime);
  const sealer = startSealer(runtime);
  const attendant = startAttendant(runtime);
  const evaluator = startEvaluator(runtime);
  const demo = startDemo(runtime);
  const healthy = (): Health => ({ evaluation: evaluator.healthy(), delivery: dispatcher.healthy() });
  const { heartbeatUrl } = runtime.env;
  const heartbeat = heartbeatUrl === undefined ? undefined : startHeartbeat(heartbeatUrl, healthy);
  return {
    healthy,
    async stop() {
      // Evaluation first: what it still queues is sent now, or by the next worker.
      await Promise.all([evaluator.stop(), attendant.stop(), demo.stop()]);
      unsubscribe();
      await Promise.all([dispatcher.stop(), maintenance.stop(), sealer.stop(), heartbeat?.stop()]);
    },
  };
}
