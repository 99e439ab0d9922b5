import { OPEN_STATES } from "@/lib/domain/delivery/state";
import { runtime } from "@/lib/runtime";

/** A worker of another version, or a lost notice, is found out by looking. */
const LOOK_EVERY_MS = 250;

/** Returns once the delivery has come to an end, or after `timeoutMs`. */
export async function waitForOutcome(id: string, timeoutMs = 20_000): Promise<void> {
  const { changed, db } = runtime();
  const deadline = performance.now() + timeoutMs;
  let wake = () => {};
  const unsubscribe = changed.subscribe((change) => {
    if (change.entity === "delivery" && change.id === id) wake();
  });
  try {
    while (performance.now() < deadline) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const open = await db.prisma.delivery.count({ where: { id, state: { in: [...OPEN_STATES] } } });
      if (open === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const tired = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LOOK_EVERY_MS);
      });
      await Promise.race([woken, tired]);
      clearTimeout(timer);
    }
  } finally {
    unsubscribe();
  }
}
