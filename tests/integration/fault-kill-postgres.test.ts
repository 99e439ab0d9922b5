import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Db, openDb } from "@/lib/db/db";
import type { Runtime } from "@/lib/runtime";
import { endLease, insertChannel, insertIncident, queue, read, until } from "../support/deliveries";
import { expectNothingLost } from "../support/kills";
import { childrenOf } from "../support/processes";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

let installation: Installation;
let server: ServerProcess;
let smtp: SmtpTestServer;
let db: Db;

beforeAll(async () => {
  installation = createInstallation();
  smtp = await startSmtp();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" },
  });
  db = openDb(installation.databaseUrl() ?? "", { poolSize: 2 });
});

afterAll(async () => {
  await db?.close();
  await server?.stop();
  await smtp?.close();
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

test("every message arrives when Postgres is killed around claims, twice only where nobody could know", async () => {
  // What the helpers need of a runtime.
  const runtime = { db } as Runtime;
  const channel = await insertChannel(runtime, "email", ["ops@example.com"]);
  const killed = new Set<number>();
  const ids: string[] = [];
  for (let round = 0; round < 10; round++) {
    const postmaster = await running(killed);
    const queued = await Promise.all(
      Array.from({ length: 4 }, async () =>
        queue(runtime, { channel, incident: await insertIncident(runtime) }),
      ),
    );
    ids.push(...queued);
    await db.pool.query("SELECT pg_notify('keygauge_delivery', '')");
    const before = smtp.messages.length;
    // Now in the middle of claims, now of sends, now of outcomes.
    await smtp.waitFor((messages) => messages.length > before + (round % 4) - 1);
    killPostgres(postmaster);
    killed.add(postmaster);
    await running(killed);
    await vi.waitFor(() => db.pool.query("SELECT 1"), { timeout: 30_000, interval: 50 });
  }
  for (const id of ids) {
    await vi.waitFor(
      async () => {
        const { state } = await read(runtime, id);
        if (state === "sending") await endLease(runtime, id);
        expect(state).toBe("sent");
      },
      { timeout: 60_000, interval: 100 },
    );
    const { attempts } = await until(runtime, id, "sent");
    const copies = smtp.messages.filter(({ mail }) => mail.messageId === `<${id}@example.com>`).length;
    const ambiguities = attempts.filter(({ outcome }) => outcome === "ambiguous").length;
    expect(copies).toBeGreaterThan(0);
    expect(copies).toBeLessThanOrEqual(1 + ambiguities);
  }
}, 300_000);
