import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { keyring } from "@/lib/crypto";
import { openDb } from "@/lib/db/db";
import { readEnv } from "@/lib/env";
import { receiveStatus } from "@/lib/features/twilio/receipts";
import { setLogLevel } from "@/lib/log";
import { openSignals, type Runtime, setRuntime, settingsOf } from "@/lib/runtime";
import { startDispatcher } from "@/lib/worker/dispatcher";

// A process that sends deliveries and takes Twilio's callbacks, to be killed by tests. `POST /clock` with milliseconds
// sets its clock that far off; other requests are callbacks.
let skew = 0;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given: [] | ConstructorParameters<typeof RealDate>) {
    if (given.length === 0) super(RealDate.now() + skew);
    else super(...given);
  }
  static override now(): number {
    return RealDate.now() + skew;
  }
} as DateConstructor;

setLogLevel("silent");
const env = readEnv(process.env);
const runtime: Runtime = {
  env,
  settings: settingsOf(env),
  db: openDb(env.databaseUrl ?? "", { poolSize: 5 }),
  keyring: keyring(env.authSecret ?? ""),
  ...openSignals(String(process.pid)),
};
setRuntime(runtime);
startDispatcher(runtime, { random: () => 0 });

const server = createServer(async (request, response) => {
  const path = request.url ?? "/";
  const body = await text(request);
  if (path === "/clock") skew = Number(body);
  else {
    await receiveStatus(path.slice(path.lastIndexOf("/") + 1), {
      params: Object.fromEntries(new URLSearchParams(body)),
      signature: String(request.headers["x-twilio-signature"] ?? ""),
      urls: [`${env.appUrl}${path}`],
    });
  }
  response.writeHead(204).end();
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`);
});
