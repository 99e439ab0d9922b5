import twilio from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient";
import { type ChannelTimeouts, DEFAULT_TIMEOUTS, type TwilioChannelSettings } from "../channel";
import type { Outcome } from "../combine";
import { describeError, errorCode, redact } from "../redact";

/** Seconds Twilio may hold a message back; an alert that comes later than that misleads (its default is 10 hours). */
const VALIDITY_PERIOD_S = 600;

/** The number has answered STOP to one of ours. */
const OPTED_OUT = 21610;

// Enough to hold everything that went to one number between two attempts.
const RECENT_MESSAGES = 50;

// The connection was not made, so nothing was asked for.
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** The SDK's HTTP client, sent to another host if one is set, that remembers how long to wait. */
class Client extends twilio.RequestClient {
  retryAfterS: number | undefined;

  constructor(
    private readonly baseUrl: string | undefined,
    timeoutMs: number,
  ) {
    super({ timeout: timeoutMs, autoRetry: false, keepAlive: false });
  }

  override async request<T>(options: RequestClient.RequestOptions<T>) {
    const uri = this.baseUrl === undefined ? options.uri : moveTo(this.baseUrl, options.uri);
    const response = await super.request<T>({ ...options, uri });
    const wait = Number(response.headers["retry-after"]);
    this.retryAfterS = Number.isFinite(wait) && wait > 0 ? wait : undefined;
    return response;
  }
}

function moveTo(baseUrl: string, uri: string): string {
  const { pathname, search } = new URL(uri);
  return `${baseUrl.replace(/\/+$/, "")}${pathname}${search}`;
}

function connect(settings: TwilioChannelSettings, timeouts: ChannelTimeouts = DEFAULT_TIMEOUTS) {
  const http = new Client(settings.baseUrl, timeouts.idleMs);
  const api = twilio(settings.accountSid, settings.authToken, { httpClient: http, autoRetry: false });
  return { http, api };
}

/** Asks Twilio to send one message. Never throws. */
export async function createMessage(
  settings: TwilioChannelSettings,
  message: { to: string; body: string; statusCallback: string | undefined },
  timeouts: ChannelTimeouts | undefined,
): Promise<Outcome> {
  const { http, api } = connect(settings, timeouts);
  const sender = /^MG[0-9a-f]{32}$/i.test(settings.from)
    ? { messagingServiceSid: settings.from }
    : { from: settings.from };
  try {
    const { to, body, statusCallback } = message;
    const created = await api.messages.create({
      to,
      body,
      ...sender,
      validityPeriod: VALIDITY_PERIOD_S,
      ...(statusCallback === undefined ? {} : { statusCallback }),
    });
    const response = redact(`${created.sid} ${created.status}`);
    if (created.status === "failed" || created.status === "undelivered") {
      const error = redact(`Twilio ${created.errorCode ?? ""}: ${created.errorMessage ?? created.status}`);
      return { outcome: "permanent", response, error };
    }
    return { outcome: "sent", providerId: created.sid, response };
  } catch (error) {
    return classify(error, http.retryAfterS, settings);
  }
}

/** The SID of a recent message to that number whose text has the reference; null if there is none. Throws. */
export async function findMessage(
  settings: TwilioChannelSettings,
  wanted: { to: string; reference: string },
  timeouts: ChannelTimeouts | undefined,
): Promise<{ sid: string; status: string } | null> {
  const { api } = connect(settings, timeouts);
  // Not by date: Twilio has no date of sending for a message that is still queued.
  const recent = await api.messages.list({
    to: wanted.to,
    limit: RECENT_MESSAGES,
    pageSize: RECENT_MESSAGES,
  });
  const found = recent.find((message) => message.body.includes(wanted.reference));
  return found === undefined ? null : { sid: found.sid, status: found.status };
}

/** Twilio's refusal in a short line without secrets. */
export function twilioWords(error: unknown, settings: TwilioChannelSettings): string {
  const code = twilioCode(error);
  const words = describeError(error);
  return redact(code === undefined ? words : `Twilio ${code}: ${words}`, [settings.authToken]);
}

/**
 * 429 and 408 were not processed; any other 4xx is a refusal that the same request would get again (21211 and 21614
 * invalid number, 21610 opted out, 30006 landline, 20003 wrong credentials …). After a 5xx, a timeout or a lost
 * connection the message may exist.
 */
function classify(error: unknown, retryAfterS: number | undefined, settings: TwilioChannelSettings): Outcome {
  const words = twilioWords(error, settings);
  const status = httpStatus(error);
  if (status === undefined)
    return { outcome: neverConnected(error) ? "not_sent" : "ambiguous", error: words };
  const response = `HTTP ${status}`;
  if (status === 408 || status === 425 || status === 429) {
    return { outcome: "not_sent", response, error: words, retryAfterS };
  }
  if (status < 400 || status >= 500) return { outcome: "ambiguous", response, error: words };
  return { outcome: "permanent", response, error: words, optedOut: twilioCode(error) === OPTED_OUT };
}

function neverConnected(error: unknown): boolean {
  if (NOT_CONNECTED.has(errorCode(error) ?? "")) return true;
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  return cause instanceof Error && "syscall" in cause && cause.syscall === "connect";
}

function httpStatus(error: unknown): number | undefined {
  const known = error instanceof Error && "status" in error && typeof error.status === "number";
  return known ? (error.status as number) : undefined;
}

function twilioCode(error: unknown): number | undefined {
  const known = error instanceof Error && "code" in error && typeof error.code === "number";
  return known ? (error.code as number) : undefined;
}
