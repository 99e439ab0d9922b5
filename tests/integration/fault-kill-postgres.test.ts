import { afterAll, beforeAll, test, vi } from "vitest";
import { expectNothingLost } from "../support/kills";
import { childrenOf } from "../support/processes";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

let installation: Installation;
let server: ServerProcess;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir });
});

afterAll(async () => {
  await server?.stop();
  await installation?.remove();
});

/** The whole of it at once, so that no backend lives to commit what it was doing. */
function killPostgres(postmaster: number): void {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // A backend that ended by itself in the meantime.
    }
  }
}

/** The postmaster, once the server has started one that was not killed. */
async function running(killed: ReadonlySet<number>): Promise<number> {
  return vi.waitFor(
    () => {
      const pid = installation.postgresPid();
      if (pid === undefined || killed.has(pid)) throw new Error("Postgres was not started again");
      return pid;
    },
    { timeout: 30_000, interval: 20 },
  );
}

test("nothing acknowledged is lost or doubled when Postgres is killed under load", async () => {
  const killed = new Set<number>();
  await expectNothingLost({
    installation,
    url: server.url,
    seed: "kill-postgres",
    async kill() {
      const postmaster = await running(killed);
      killPostgres(postmaster);
      killed.add(postmaster);
      await running(killed);
    },
  });
}, 600_000);
