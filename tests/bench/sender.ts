import { connect, type Socket } from "node:net";
import type { PreparedRequest, Requests } from "./events";

export interface Load {
  port: number;
  /** Kept alive; one request at a time each. */
  connections: number;
  /** Ends the load, whichever comes first. */
  seconds: number;
  requests?: number;
  /**
   * Requests a second, sent when they are due, not when others are answered: a slow answer then delays what follows, and
   * that counts. As many as are taken when absent.
   */
  rate?: number;
  /** Requests that are refused (503) are counted and no failure: the load is there beside what is measured. */
  mayRefuse?: boolean;
}

export interface LoadResult {
  requests: number;
  /** Events in answered requests, and those that the server says it stored. */
  sent: number;
  accepted: number;
  refused: number;
  seconds: number;
  /** Of the generator itself, while it sent. */
  cpuSeconds: number;
  bytes: number;
  /** Time from when a request was due to its answer, ms, ascending. Without a rate it is due when it is sent. */
  latencies: number[];
  failures: string[];
}

const MOST_FAILURES = 5;

/**
 * Sends prepared requests over plain sockets: an HTTP client would take more CPU than the server under test. Ends early
 * at the first failure, and soon after `stopped` says so.
 */
export async function send(
  prepared: Requests,
  source: readonly PreparedRequest[],
  load: Load,
  stopped: () => boolean,
): Promise<LoadResult> {
  const result: LoadResult = {
    requests: 0,
    sent: 0,
    accepted: 0,
    refused: 0,
    seconds: 0,
    cpuSeconds: 0,
    bytes: 0,
    latencies: [],
    failures: [],
  };
  const connections = await Promise.all(Array.from({ length: load.connections }, () => open(load.port)));
  const busy = new Set<PreparedRequest>();
  const most = load.requests ?? Number.POSITIVE_INFINITY;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const end = begun + load.seconds * 1_000;
  let begunRequests = 0;
  let next = 0;

  const over = () =>
    begunRequests >= most || performance.now() >= end || result.failures.length > 0 || stopped();

  const pick = (): PreparedRequest => {
    for (;;) {
      const request = source[next++ % source.length];
      if (request === undefined) throw new Error("There are no requests to send");
      if (!busy.has(request)) return request;
    }
  };

  const client = async (connection: Connection) => {
    while (!over()) {
      const i = begunRequests++;
      const due = load.rate === undefined ? performance.now() : begun + (i * 1_000) / load.rate;
      // Rounded up: an early request would take time off its latency.
      const wait = Math.ceil(due - performance.now());
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const request = pick();
      busy.add(request);
      prepared.renew(request, Date.now());
      const answer = await connection.exchange(request.bytes);
      busy.delete(request);
      result.latencies.push(performance.now() - due);
      result.requests += 1;
      result.sent += request.events.length;
      result.bytes += request.bytes.length;
      result.accepted += answer.accepted;
      if (answer.status === 503 && load.mayRefuse === true) result.refused += 1;
      else if ((answer.status < 200 || answer.status > 299) && result.failures.length < MOST_FAILURES)
        result.failures.push(`HTTP ${answer.status}: ${answer.text.slice(0, 200)}`);
    }
  };
  await Promise.all(connections.map(client));
  result.seconds = (performance.now() - begun) / 1_000;
  const used = process.cpuUsage(cpu);
  result.cpuSeconds = (used.user + used.system) / 1e6;
  result.latencies.sort((a, b) => a - b);
  for (const connection of connections) connection.close();
  return result;
}

interface Answer {
  /** 0 when the connection broke. */
  status: number;
  accepted: number;
  text: string;
}

/** One kept-alive connection that exchanges one request at a time. */
class Connection {
  #pending: ((answer: Answer) => void) | undefined;
  #text = "";

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", (error) => this.#finish({ status: 0, accepted: 0, text: error.message }));
    socket.on("close", () => this.#finish({ status: 0, accepted: 0, text: "The connection was closed" }));
  }

  exchange(bytes: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#pending = resolve;
      if (this.socket.destroyed) this.#finish({ status: 0, accepted: 0, text: "The connection is closed" });
      else this.socket.write(bytes);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#text += chunk.toString("latin1");
    const body = this.#text.indexOf("\r\n\r\n") + 4;
    if (body < 4) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < body + length) return;
    const text = this.#text.slice(body);
    const accepted = Number(/"accepted":(\d+)/.exec(text)?.[1] ?? 0);
    this.#finish({ status: Number(this.#text.slice(9, 12)), accepted, text });
  }

  #finish(answer: Answer): void {
    this.#text = "";
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.(answer);
  }
}

function open(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(new Connection(socket));
    });
    socket.once("error", reject);
  });
}
