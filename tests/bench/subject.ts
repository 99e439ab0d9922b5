import { cpuSecondsOf, machineCpuSeconds, memoryOf } from "@/tests/support/processes";
import {
  createInstallation,
  type Installation,
  type ServerProcess,
  startServer,
} from "@/tests/support/server";

/** What is measured: a server of its own on a fresh data folder. */
export interface Subject {
  server: ServerProcess;
  installation: Installation;
  databaseUrl: string;
}

let current: { server: ServerProcess | undefined; installation: Installation } | undefined;

/** Ends what is measured at the moment, so that an interrupted benchmark leaves neither processes nor data. */
export async function abandon(): Promise<void> {
  await current?.server?.kill();
  await current?.installation.remove();
}

/** Starts a server for the work and removes everything of it afterwards. A failure says what became of the server. */
export async function withServer<T>(
  env: Record<string, string>,
  work: (subject: Subject) => Promise<T>,
): Promise<T> {
  const installation = createInstallation();
  let server: ServerProcess | undefined;
  current = { server, installation };
  try {
    server = await startServer({ dataDir: installation.dataDir, env });
    current = { server, installation };
    return await work({ server, installation, databaseUrl: installation.databaseUrl() ?? "" });
  } catch (error) {
    if (server === undefined) throw error;
    const state = server.end === undefined ? "The server runs" : `The server ended (${server.end})`;
    const said = [state, ...server.output.slice(-20)].join("\n  ");
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n  ${said}`, { cause: error });
  } finally {
    await server?.stop();
    await installation.remove();
    current = undefined;
  }
}

export interface Usage {
  seconds: number;
  serverCpuS: number;
  postgresCpuS: number;
  /** Everything else on the machine, the load included. */
  othersCpuS: number;
  /** Resident memory of the server at its highest so far, bytes. */
  serverMemory: number;
}

/** Starts counting what the server, its Postgres and the rest of the machine use; the returned function reads it. */
export function startUsage({ server, installation }: Subject): () => Usage {
  const postgres = installation.postgresPid() ?? 0;
  const read = () => ({
    at: performance.now(),
    server: cpuSecondsOf(server.pid),
    postgres: cpuSecondsOf(postgres),
    all: machineCpuSeconds(),
  });
  const before = read();
  return () => {
    const now = read();
    const serverCpuS = now.server - before.server;
    const postgresCpuS = now.postgres - before.postgres;
    return {
      seconds: (now.at - before.at) / 1_000,
      serverCpuS,
      postgresCpuS,
      othersCpuS: Math.max(0, now.all - before.all - serverCpuS - postgresCpuS),
      serverMemory: memoryOf(server.pid).peak,
    };
  };
}
