import { rmSync } from "node:fs";
import { afterAll, beforeAll, test } from "vitest";
import { bundle } from "../support/bundle";
import { expectNothingLost } from "../support/kills";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

let installation: Installation;
let program: string;
let server: ServerProcess;

beforeAll(async () => {
  installation = createInstallation();
  program = await bundle("server.ts", { whole: true });
  server = await startServer({ dataDir: installation.dataDir, program });
});

afterAll(async () => {
  await server?.kill();
  await installation?.remove();
  rmSync(program, { force: true });
});

test("nothing acknowledged is lost or doubled when the server is killed under load", async () => {
  const { dataDir } = installation;
  const { port, url } = server;
  await expectNothingLost({
    installation,
    url,
    seed: "kill-server",
    async kill() {
      await server.kill();
      server = await startServer({ dataDir, port, program });
    },
  });
}, 600_000);
