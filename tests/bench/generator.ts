import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { INGEST_TOKEN } from "@/tests/support/server";
import { type EventOptions, Requests } from "./events";
import { type Load, type LoadResult, send } from "./sender";

export interface Generator {
  /** One event of each key, outside the measurement. */
  warmUp(port: number): Promise<LoadResult>;
  /** Resolves when the load is over, or soon after `stop`. Throws when a request failed. */
  run(load: Load): Promise<LoadResult>;
  stop(): void;
  end(): void;
}

export const GENERATOR_FLAG = "--generator";
const WARM_UP = { connections: 4, seconds: 60 };
/** A load that does not end by itself is ended this long after its time. */
const GRACE_MS = 60_000;

type Command =
  | { kind: "prepare"; options: EventOptions }
  | { kind: "run"; load: Load; eachKey: boolean }
  | { kind: "stop" };
type Answer = { kind: "ready" } | { kind: "done"; result: LoadResult };

/** A process of its own that has its requests ready before the measurement starts. */
export async function startGenerator(options: EventOptions): Promise<Generator> {
  const child = fork(fileURLToPath(import.meta.url), [GENERATOR_FLAG], { stdio: "inherit" });
  const run = async (load: Load, eachKey: boolean) => {
    const answer = await exchange(child, { kind: "run", load, eachKey }, "done");
    if (answer.kind !== "done") throw new Error("The load generator gave no result");
    const { failures } = answer.result;
    if (failures.length > 0) throw new Error(`Requests failed: ${failures.join("; ")}`);
    return answer.result;
  };
  await exchange(child, { kind: "prepare", options }, "ready");
  return {
    async warmUp(port) {
      const requests = Math.ceil(options.keys / 1_000);
      return run({ ...WARM_UP, port, requests }, true);
    },
    run(load) {
      const result = run(load, false);
      // A load in the background may fail before somebody waits for it: they hear of it when they do.
      result.catch(() => {});
      return result;
    },
    stop: () => void child.send({ kind: "stop" } satisfies Command),
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}

function exchange(child: ChildProcess, command: Command, kind: Answer["kind"]): Promise<Answer> {
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
    child.send(command);
  });
}

/** What the generator's process does: obeys its parent, and ends with it. */
export function generate(): void {
  let stopped = false;
  let requests: Requests | undefined;
  const tell = (answer: Answer) => void process.send?.(answer);
  process.on("disconnect", () => process.exit(0));
  process.on("message", async (command: Command) => {
    if (command.kind === "stop") stopped = true;
    if (command.kind === "prepare") {
      requests = new Requests(command.options, INGEST_TOKEN);
      tell({ kind: "ready" });
    }
    if (command.kind === "run" && requests !== undefined) {
      stopped = false;
      const { load, eachKey } = command;
      const leash = setTimeout(() => process.exit(1), load.seconds * 1_000 + GRACE_MS);
      const source = eachKey ? requests.ofEachKey : requests.all;
      const result = await send(requests, source, load, () => stopped);
      clearTimeout(leash);
      tell({ kind: "done", result });
    }
  });
}
