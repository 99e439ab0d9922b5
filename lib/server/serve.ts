import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { maintainPartitions } from "@/lib/db/partitions";
import type { Env } from "@/lib/env";
import { markRequest } from "@/lib/http/client-address";
import { secure } from "@/lib/http/security-headers";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { bind, OpenResponses } from "./connections";
import { handleHealth } from "./health";
import { listen } from "./listen";
import { handleMetrics } from "./metrics";
import { openRuntime, openStorage, takeDataFolder } from "./open";

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What the server is made of; handed in, so that a test can leave parts out. */
export interface Parts {
  /** The fast lane, asked before anything else; `handle` says whether it took the request. */
  createIngest(runtime: Runtime): {
    handle(request: IncomingMessage, response: ServerResponse): boolean;
    close(): Promise<void>;
  };
  /** Before the first event: the secret's check, accounts and tokens of unattended installs. */
  prepare(runtime: Runtime): Promise<void>;
  /** What is answered without the pages; it says whether it took the request. */
  read?(request: IncomingMessage, response: ServerResponse): boolean;
  /** The pages; begun once events are accepted, so that their own start delays nothing. */
  createPages(runtime: Runtime): Promise<Handler>;
  startWorker?(runtime: Runtime): { stop(): Promise<void> } | Promise<{ stop(): Promise<void> }>;
  /** The link that makes the first admin; null when there is one. */
  firstRunLink(): Promise<string | null>;
}

export interface ServeOptions {
  env: Env;
  parts: Parts;
  /** Pages with live reload, which needs a laxer policy of scripts. */
  dev?: boolean;
  /** Lines for the operator. */
  print(line: string): void;
}

export interface RunningServer {
  url: string;
  /** Finishes requests in flight, flushes, stops the worker and Postgres. */
  stop(): Promise<void>;
}

const DRAIN_MS = 10_000;
const STEP_MS = 10_000;
/** Longer than the idle time of common load balancers (60 s), so that they close first. */
const KEEP_ALIVE_MS = 65_000;

/** Starts everything and resolves once events are accepted. Throws StartError, AppError with one line for the operator. */
export async function serve({ env: given, parts, dev = false, print }: ServeOptions): Promise<RunningServer> {
  const lock = takeDataFolder(given);
  const responses = new OpenResponses();
  let blocked: string | undefined = "Keygauge is starting.";
  let runtime: Runtime | undefined;
  let ingest: ReturnType<Parts["createIngest"]> | undefined;
  let pages: Promise<Handler> | undefined;

  const server = createServer((request, response) => {
    responses.add(request, response);
    if (handleHealth(request, response, { runtime, blocked })) return;
    if (runtime === undefined || ingest === undefined) return refuse(response, blocked);
    if (ingest.handle(request, response)) return;
    if (handleMetrics(request, response)) return;
    markRequest(request, runtime.env.trustProxy);
    secure(request, response, dev);
    if (parts.read?.(request, response)) return;
    void servePage(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;

  async function servePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const handler = await pages;
      if (handler === undefined) refuse(response, blocked);
      else await handler(request, response);
    } catch (error) {
      log.error({ err: error }, "A page could not be served");
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end("Keygauge failed to answer. Its log says why.\n");
    }
  }

  // The port first: a port that is taken is said before Postgres is started.
  const undo: (() => unknown)[] = [() => lock.release()];
  try {
    const port = await bind(server, given.host, given.port);
    undo.push(() => responses.drain(server, 0));
    const env = { ...given, port, appUrl: given.appUrlGiven ? given.appUrl : `http://localhost:${port}` };
    const storage = await openStorage(env, lock, print);
    undo.push(() => storage.close());
    const current = openRuntime(env, storage.databaseUrl);
    undo.push(() => within(STEP_MS, current.db.close()));
    await parts.prepare(current);
    await maintainPartitions(current.db.pool, Date.now(), current.settings.retentionEventsDays);
    const listener = await listen(current, storage.databaseUrl);
    undo.push(() => within(STEP_MS, listener.close()));
    const lane = parts.createIngest(current);
    undo.push(() => within(STEP_MS, lane.close()));
    const worker = await parts.startWorker?.(current);
    undo.push(() => within(STEP_MS, worker?.stop()));
    runtime = current;
    ingest = lane;
    blocked = undefined;
    print(`Keygauge is ready at ${env.appUrl}`);
    // From here on nobody is refused: whoever asks for a page waits for them.
    const told = parts.firstRunLink().then((link) => {
      if (link !== null) print(`Create the first admin at ${link}`);
    });
    pages = told.then(() => parts.createPages(current));
    pages.catch((error) => log.error({ err: error }, "The pages could not be started"));
    await told;
    return {
      url: env.appUrl,
      async stop() {
        blocked = "Keygauge is shutting down.";
        await responses.drain(server, DRAIN_MS);
        await unwind(undo);
      },
    };
  } catch (error) {
    await unwind(undo);
    throw error;
  }
}

/** Last begun, first ended. A step that fails is logged and does not keep the others from running. */
async function unwind(undo: (() => unknown)[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      log.error({ err: error }, "A part did not stop cleanly");
    }
  }
}

async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${ms / 1000} s`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function refuse(response: ServerResponse, reason = "Keygauge is starting."): void {
  const body = { type: "about:blank", title: "Unavailable", status: 503, detail: reason, errors: [] };
  response
    .writeHead(503, { "content-type": "application/problem+json", "retry-after": "1" })
    .end(JSON.stringify(body));
}
