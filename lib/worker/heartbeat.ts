import { MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { log } from "@/lib/log";

export interface Health {
  /** Rules are evaluated. */
  evaluation: boolean;
  /** Deliveries are sent. */
  delivery: boolean;
}

export interface HeartbeatOptions {
  everyMs?: number;
  timeoutMs?: number;
}

/**
 * Calls `url` each minute while all is healthy, so that another service notices when the calls stay away. A call that
 * fails is logged, without the URL: its path is a secret.
 */
export function startHeartbeat(
  url: string,
  health: () => Health,
  { everyMs = MINUTE, timeoutMs = 10 * SECOND }: HeartbeatOptions = {},
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  let call: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const { evaluation, delivery } = health();
    if (evaluation && delivery)
      call = beat(url, AbortSignal.any([stopped.signal, AbortSignal.timeout(timeoutMs)]));
    else log.warn({ evaluation, delivery }, "Not healthy: the heartbeat is left out");
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      stopped.abort();
      return call;
    },
  };
}

async function beat(url: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal, headers: { "User-Agent": "Keygauge" } });
    await response.body?.cancel();
    if (!response.ok) log.warn({ status: response.status }, "The heartbeat was refused");
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    log.warn({ reason }, "The heartbeat could not be sent");
  }
}
