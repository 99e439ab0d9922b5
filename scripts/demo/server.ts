import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type DemoServer = {
  /** Where it answers. */
  url: string;
  /** Resolves to the exit code when the server has ended, by itself or by `stop`. */
  ended: Promise<number>;
  stop(): void;
};

const READY = /Keygauge is ready at (\S+)/;

/** Sends nothing to anybody: messages of the demo stay in its mailbox. */
const SENDING = [
  "SMTP_URL",
  "MAIL_FROM",
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "TWILIO_FROM",
  "TWILIO_BASE_URL",
];

/**
 * Starts the server as `npm start` does, with `variables` on top of the environment. Resolves when it accepts events,
 * or to its exit code when it ended before; what it prints is passed on.
 */
export async function startServer(
  root: string,
  environment: NodeJS.ProcessEnv,
  variables: Record<string, string>,
): Promise<{ server: DemoServer } | { exitCode: number }> {
  const env: NodeJS.ProcessEnv = { ...environment, ...variables };
  for (const name of SENDING) delete env[name];
  // Its own process group: Ctrl-C reaches the demo alone, which ends the traffic first.
  const child: ChildProcess = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGTERM" ? 0 : 1)));
  });
  const stop = () => void child.kill("SIGTERM");

  const url = new Promise<string>((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      console.log(line);
      const found = READY.exec(line)?.[1];
      if (found) resolve(found);
    });
  });
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const first = await Promise.race([url, ended]);
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
  return typeof first === "number" ? { exitCode: first } : { server: { url: first, ended, stop } };
}
