import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import type { ChannelTimeouts } from "../channel";
import { ForbiddenHost, permittedAddresses, type ResolvedAddress } from "./guard";

/** Of an answer's body; what follows is not read. */
const MOST_BODY_BYTES = 64 * 1024;
/** An answer whose status is known is not worth waiting for much longer. */
const BODY_WITHIN_MS = 2_000;

export interface OutgoingRequest {
  method: "POST" | "PUT";
  url: string;
  headers?: Record<string, string>;
  /** JSON. */
  body: string;
}

export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of it, 64 KiB at most. */
  body: string;
}

export type Exchange =
  | { got: "answer"; answer: HttpAnswer }
  /** The host may not be reached, or its address cannot be used. */
  | { got: "forbidden"; error: string }
  /** `written`: some of the request may have reached the server. */
  | { got: "nothing"; written: boolean; error: unknown };

export interface Limits {
  allowHosts: readonly string[];
  timeouts: ChannelTimeouts;
  signal: AbortSignal;
}

/**
 * One request on a connection of its own to an address that was checked; redirects are not followed, proxies not used.
 * Never throws, and ends within the timeouts, also when the answer never does.
 */
export async function exchange(outgoing: OutgoingRequest, limits: Limits): Promise<Exchange> {
  const url = new URL(outgoing.url);
  const { timeouts } = limits;
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(timeouts.totalMs)]);
  let addresses: ResolvedAddress[];
  try {
    addresses = await inTime(permittedAddresses(url, limits.allowHosts), timeouts.connectMs, signal);
  } catch (error) {
    if (error instanceof ForbiddenHost) return { got: "forbidden", error: error.message };
    return { got: "nothing", written: false, error };
  }
  let written = false;
  try {
    const response = await respond(open(url, outgoing, addresses, signal), outgoing.body, timeouts, () => {
      written = true;
    });
    const { statusCode: status = 0, headers } = response;
    return { got: "answer", answer: { status, headers, body: await beginning(response) } };
  } catch (error) {
    return { got: "nothing", written, error };
  }
}

function open(
  url: URL,
  { method, headers, body }: OutgoingRequest,
  addresses: readonly ResolvedAddress[],
  signal: AbortSignal,
): ClientRequest {
  const lookup: LookupFunction = (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, first?.address ?? "", first?.family);
  };
  const make = url.protocol === "https:" ? httpsRequest : httpRequest;
  return make(url, {
    method,
    lookup,
    agent: false,
    signal,
    headers: {
      "User-Agent": "Keygauge",
      Accept: "application/json, text/plain, */*",
      ...headers,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    },
  });
}

/** Sends the body and waits for the head of the answer. `onWritten` is called once bytes may have gone out. */
function respond(
  outgoing: ClientRequest,
  body: string,
  timeouts: ChannelTimeouts,
  onWritten: () => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const slow = (what: string) => () => outgoing.destroy(new Error(what));
    const connecting = setTimeout(
      slow(`No connection within ${timeouts.connectMs / 1000} s`),
      timeouts.connectMs,
    );
    outgoing.once("socket", (socket: Socket) => {
      socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
        clearTimeout(connecting);
        onWritten();
        outgoing.setTimeout(timeouts.idleMs, slow(`No answer within ${timeouts.idleMs / 1000} s`));
      });
    });
    outgoing.once("response", (response) => {
      clearTimeout(connecting);
      resolve(response);
    });
    outgoing.once("error", (error) => {
      clearTimeout(connecting);
      reject(error);
    });
    outgoing.end(body);
  });
}

/** What the answer says, as far as it is read; a body that breaks off or never ends takes nothing from the status. */
function beginning(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      clearTimeout(timer);
      response.destroy();
      resolve(Buffer.concat(chunks).subarray(0, MOST_BODY_BYTES).toString("utf8"));
    };
    const timer = setTimeout(finish, BODY_WITHIN_MS);
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_BODY_BYTES) finish();
    });
    response.once("end", finish);
    response.once("error", finish);
    response.once("close", finish);
  });
}

/** The look-up cannot be stopped, but it need not be waited for. */
async function inTime<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const tired = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  if (tired.aborted) throw new Error("Stopped before it was sent");
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`The host's address was not found within ${ms / 1000} s`));
    tired.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => tired.removeEventListener("abort", giveUp));
  });
}
