import { type ChildProcess, fork } from "node:child_process";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { bodiesOf, type EventOptions, keyBodies } from "./events";

export interface GeneratorOptions {
  url: string;
  token: string;
  events: EventOptions;
  /** Requests in flight at most. */
  connections: number;
  /** Events a second; as many as are taken when absent. */
  rate?: number;
  /** Starts with one event of each key, outside the measurement. */
  warmUp?: boolean;
}

export interface GeneratorResult {
  accepted: number;
  seconds: number;
  /** Of the generator itself, while it sent. */
  cpuSeconds: number;
  bytes: number;
  /** Time from a request to its answer, ms, ascending. */
  latencies: number[];
  failures: string[];
}

export interface Generator {
  /** Sends what was prepared; resolves when all is answered, or soon after `stop`. */
  run(): Promise<GeneratorResult>;
  stop(): void;
  end(): void;
}

export const GENERATOR_FLAG = "--generator";
/** Whatever happens, no load outlives this. */
const LONGEST_MS = 10 * 60_000;

type Command = { kind: "prepare"; options: GeneratorOptions } | { kind: "run" } | { kind: "stop" };
type Answer = { kind: "ready" } | { kind: "done"; result: GeneratorResult };

/** A process of its own that has its requests ready before the measurement starts. */
export async function startGenerator(options: GeneratorOptions): Promise<Generator> {
  const child = fork(fileURLToPath(import.meta.url), [GENERATOR_FLAG], { stdio: "inherit" });
  child.send({ kind: "prepare", options } satisfies Command);
  await answerOf(child, "ready");
  return {
    async run() {
      child.send({ kind: "run" } satisfies Command);
      const answer = await answerOf(child, "done");
      if (answer.kind !== "done") throw new Error("The load generator gave no result");
      return answer.result;
    },
    stop: () => void child.send({ kind: "stop" } satisfies Command),
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}

function answerOf(child: ChildProcess, kind: Answer["kind"]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The load generator ended (exit code ${code})`));
    const read = (answer: Answer) => {
      if (answer.kind !== kind) return;
      child.off("message", read);
      child.off("exit", ended);
      resolve(answer);
    };
    child.on("message", read);
    child.once("exit", ended);
  });
}

/** What the generator's process does: obeys its parent, and ends with it. */
export function generate(): void {
  let stopped = false;
  let options: GeneratorOptions | undefined;
  let bodies: Buffer[] = [];
  const tell = (answer: Answer) => void process.send?.(answer);
  const end = () => process.exit(0);
  process.on("disconnect", end);
  setTimeout(end, LONGEST_MS).unref();
  process.on("message", async (command: Command) => {
    if (command.kind === "stop") stopped = true;
    if (command.kind === "prepare") {
      options = command.options;
      bodies = bodiesOf(options.events);
      if (options.warmUp === true)
        await sendAll({ ...options, rate: undefined }, keyBodies(options.events), () => false);
      tell({ kind: "ready" });
    }
    if (command.kind === "run" && options !== undefined)
      tell({ kind: "done", result: await sendAll(options, bodies, () => stopped) });
  });
}

async function sendAll(
  options: Omit<GeneratorOptions, "rate"> & { rate?: number | undefined },
  bodies: readonly Buffer[],
  stopped: () => boolean,
): Promise<GeneratorResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const result: GeneratorResult = {
    accepted: 0,
    seconds: 0,
    cpuSeconds: 0,
    bytes: 0,
    latencies: [],
    failures: [],
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let next = 0;
  /** When the i-th request is due, so that a slow answer does not thin the load out. */
  const due = (i: number) =>
    options.rate === undefined ? begun : begun + (i * options.events.batch * 1_000) / options.rate;
  const client = async () => {
    for (;;) {
      const i = next++;
      const body = bodies[i];
      if (body === undefined || stopped()) return;
      const wait = due(i) - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (stopped()) return;
      const sent = performance.now();
      const answer = await post(agent, options, body);
      if (answer.status !== 200 && options.rate === undefined) next = bodies.length;
      result.latencies.push(performance.now() - sent);
      result.bytes += body.length;
      if (answer.status === 200) result.accepted += answer.accepted;
      else if (result.failures.length < 5)
        result.failures.push(`HTTP ${answer.status}: ${answer.text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, client));
  result.seconds = (performance.now() - begun) / 1_000;
  const used = process.cpuUsage(cpu);
  result.cpuSeconds = (used.user + used.system) / 1e6;
  result.latencies.sort((a, b) => a - b);
  agent.destroy();
  return result;
}

function post(
  agent: Agent,
  { url, token }: Pick<GeneratorOptions, "url" | "token">,
  body: Buffer,
): Promise<{ status: number; accepted: number; text: string }> {
  return new Promise((resolve) => {
    const sending = request(
      `${url}/api/v1/events`,
      {
        agent,
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-length": body.length,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const accepted = Number(/"accepted":(\d+)/.exec(text)?.[1] ?? 0);
          resolve({ status: response.statusCode ?? 0, accepted, text });
        });
        response.on("error", (error) => resolve({ status: 0, accepted: 0, text: error.message }));
      },
    );
    sending.on("error", (error) => resolve({ status: 0, accepted: 0, text: error.message }));
    sending.end(body);
  });
}
