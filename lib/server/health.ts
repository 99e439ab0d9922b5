import type { IncomingMessage, ServerResponse } from "node:http";
import type { Runtime } from "@/lib/runtime";
import { migrationState } from "./migrate/migrate";
import { messageOf } from "./start-error";

const ANSWER_WITHIN_MS = 3_000;

/** Answers /healthz and /readyz; false leaves the request to the next handler. `blocked` says why nothing is served yet. */
export function handleHealth(
  request: IncomingMessage,
  response: ServerResponse,
  state: { runtime: Runtime | undefined; blocked: string | undefined },
): boolean {
  const path = request.url?.split("?", 1)[0];
  if (path !== "/healthz" && path !== "/readyz") return false;
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    reply(response, 405, { status: "method not allowed" });
  } else if (path === "/healthz") reply(response, 200, { status: "ok" });
  else if (state.blocked !== undefined || state.runtime === undefined)
    reply(response, 503, { status: "unavailable", reason: state.blocked ?? "Keygauge is starting." });
  else void readiness(state.runtime, response);
  return true;
}

async function readiness(runtime: Runtime, response: ServerResponse): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("The database does not answer within 3 s."), ANSWER_WITHIN_MS);
  });
  const reason = await Promise.race([whyNotReady(runtime), late]);
  clearTimeout(timer);
  if (reason === undefined) reply(response, 200, { status: "ready" });
  else reply(response, 503, { status: "unavailable", reason });
}

async function whyNotReady(runtime: Runtime): Promise<string | undefined> {
  try {
    const { pending } = await migrationState(runtime.db.pool);
    return pending.length === 0 ? undefined : `Migrations are missing: ${pending.join(", ")}.`;
  } catch (error) {
    return `The database does not answer: ${messageOf(error)}.`;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(`${JSON.stringify(body)}\n`);
}
