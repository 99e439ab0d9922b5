import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Inbox } from "./inbox";

type Accepts = { status: number; body?: string; headers?: Record<string, string> };

/** What the server does with a request once it has all of it. */
export type HttpBehaviour =
  | Accepts
  /** Closes the connection without a word. */
  | "reset"
  | "silent"
  /** 200, and a body that never ends. */
  | "endless";

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  json: Record<string, unknown>;
}

export interface HttpTestServer {
  /** Without a trailing slash. */
  url: string;
  port: number;
  requests: readonly ReceivedRequest[];
  /** Connections that were opened. */
  readonly connections: number;
  waitFor(wanted: number, timeoutMs?: number): Promise<ReceivedRequest[]>;
  /** With `times`, that many requests meet it and the next are accepted. */
  setBehaviour(behaviour: HttpBehaviour, times?: number): void;
  close(): Promise<void>;
}

/** A server on loopback that keeps what is posted to it and fails as it is told; it accepts with 200 and `{}`. */
export async function startHttp(): Promise<HttpTestServer> {
  const accepts: Accepts = { status: 200, body: "{}" };
  const inbox = new Inbox<ReceivedRequest>();
  let next: HttpBehaviour = accepts;
  let left = 0;
  let connections = 0;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const { method = "", url = "", headers } = request;
    inbox.add({ method, path: url, headers, body, json: body === "" ? {} : JSON.parse(body) });
    const behaviour = left > 0 ? next : accepts;
    left -= 1;
    if (behaviour === "reset") return void request.socket.destroy();
    if (behaviour === "silent") return;
    if (behaviour === "endless") return endless(response);
    response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? "");
  }

  const server = createServer((request, response) => void answer(request, response));
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: inbox.items,
    get connections() {
      return connections;
    },
    waitFor: (wanted, timeoutMs) => inbox.waitFor(wanted, timeoutMs),
    setBehaviour(behaviour, times = Number.POSITIVE_INFINITY) {
      next = behaviour;
      left = times;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function endless(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain" });
  const more = () => {
    while (!response.destroyed && response.write("a".repeat(16 * 1024)));
  };
  response.on("drain", more);
  more();
}
