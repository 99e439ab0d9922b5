import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Inbox } from "./inbox";

/** What the server does with a request to send; the numbers without a status are codes of Twilio's own. */
export type TwilioBehaviour =
  | "ok"
  | "429"
  | "500_not_created"
  | "500_created"
  | "timeout_not_created"
  | "timeout_created"
  | "reset"
  | { code: number; status?: number };

interface ReceivedSms {
  sid: string;
  to: string;
  body: string;
  from: string | null;
  messagingServiceSid: string | null;
  validityPeriod: number | null;
  statusCallback: string | null;
  /** Epoch ms. */
  receivedAt: number;
}

export interface TwilioTestServer {
  /** For TWILIO_BASE_URL. */
  baseUrl: string;
  accountSid: string;
  authToken: string;
  /** The settings of a channel that sends here. */
  settings: { accountSid: string; authToken: string; from: string; baseUrl: string };
  messages: readonly ReceivedSms[];
  /** Every request, as `POST` or `GET`, refused ones included. */
  requests: readonly string[];
  waitFor(
    wanted: number | ((messages: readonly ReceivedSms[]) => boolean),
    timeoutMs?: number,
  ): Promise<ReceivedSms[]>;
  /** With `times`, that many requests to send meet it and the next are accepted. */
  setBehaviour(behaviour: TwilioBehaviour, times?: number): void;
  /** An answer other than "ok" for that number alone. */
  setNumber(to: string, behaviour: TwilioBehaviour): void;
  /** Refuses to list messages, with this HTTP status. */
  failLists(status: number | undefined): void;
  close(): Promise<void>;
}

/** A server on loopback that answers as Twilio's Messages API does (2010-04-01). */
export async function startTwilio(): Promise<TwilioTestServer> {
  const accountSid = `AC${randomBytes(16).toString("hex")}`;
  const authToken = randomBytes(16).toString("hex");
  const inbox = new Inbox<ReceivedSms>();
  const requests: string[] = [];
  const numbers = new Map<string, TwilioBehaviour>();
  let next: TwilioBehaviour = "ok";
  let left = Number.POSITIVE_INFINITY;
  let listStatus: number | undefined;
  const collection = `/2010-04-01/Accounts/${accountSid}/Messages`;

  async function create(request: IncomingMessage, response: ServerResponse) {
    const form = new URLSearchParams(await text(request));
    const to = form.get("To") ?? "";
    const behaviour = numbers.get(to) ?? (left > 0 ? next : "ok");
    left -= 1;
    if (behaviour === "429") return fail(response, 429, 20429, "Too Many Requests", { "retry-after": "7" });
    if (behaviour === "500_not_created") return fail(response, 500, 20500, "Internal server error");
    if (behaviour === "reset") return void request.socket.destroy();
    if (behaviour === "timeout_not_created") return;
    if (typeof behaviour === "object") {
      return fail(response, behaviour.status ?? 400, behaviour.code, `Refused with ${behaviour.code}`);
    }
    const period = form.get("ValidityPeriod");
    const message: ReceivedSms = {
      sid: `SM${randomBytes(16).toString("hex")}`,
      to,
      body: form.get("Body") ?? "",
      from: form.get("From"),
      messagingServiceSid: form.get("MessagingServiceSid"),
      validityPeriod: period === null ? null : Number(period),
      statusCallback: form.get("StatusCallback"),
      receivedAt: Date.now(),
    };
    inbox.add(message);
    if (behaviour === "timeout_created") return;
    if (behaviour === "500_created") return fail(response, 500, 20500, "Internal server error");
    reply(response, 201, resource(message, accountSid));
  }

  function list(url: URL, response: ServerResponse) {
    if (listStatus !== undefined) return fail(response, listStatus, 20500, "Internal server error");
    const to = url.searchParams.get("To");
    const size = Number(url.searchParams.get("PageSize") ?? 50);
    const messages = inbox.items
      .filter((message) => to === null || message.to === to)
      .reverse()
      .slice(0, size)
      .map((message) => resource(message, accountSid));
    reply(response, 200, { messages, page: 0, page_size: size, next_page_uri: null, uri: url.pathname });
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://twilio.test");
    requests.push(request.method ?? "");
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
    if (request.headers.authorization !== expected) return fail(response, 401, 20003, "Authenticate");
    if (url.pathname === `${collection}.json`) {
      if (request.method === "POST") return void create(request, response);
      return list(url, response);
    }
    const sid = url.pathname.startsWith(`${collection}/`)
      ? url.pathname.slice(collection.length + 1, -".json".length)
      : "";
    const message = inbox.items.find((one) => one.sid === sid);
    if (message === undefined)
      return fail(response, 404, 20404, `The requested resource ${url.pathname} was not found`);
    reply(response, 200, resource(message, accountSid));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    baseUrl,
    accountSid,
    authToken,
    settings: { accountSid, authToken, from: "+15550001111", baseUrl },
    messages: inbox.items,
    requests,
    waitFor: (wanted, timeoutMs) => inbox.waitFor(wanted, timeoutMs),
    setBehaviour(behaviour, times = Number.POSITIVE_INFINITY) {
      next = behaviour;
      left = times;
    },
    setNumber: (to, behaviour) => void numbers.set(to, behaviour),
    failLists(status) {
      listStatus = status;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function resource(message: ReceivedSms, accountSid: string) {
  const date = new Date(message.receivedAt).toUTCString();
  return {
    sid: message.sid,
    account_sid: accountSid,
    api_version: "2010-04-01",
    body: message.body,
    from: message.from,
    to: message.to,
    messaging_service_sid: message.messagingServiceSid,
    status: message.messagingServiceSid === null ? "queued" : "accepted",
    direction: "outbound-api",
    num_segments: message.messagingServiceSid === null ? "1" : "0",
    num_media: "0",
    date_created: date,
    date_updated: date,
    date_sent: null,
    error_code: null,
    error_message: null,
    price: null,
    price_unit: "USD",
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
    subresource_uris: {},
  };
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function fail(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  reply(response, status, body, headers);
}
