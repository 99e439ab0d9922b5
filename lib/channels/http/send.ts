import { DEFAULT_TIMEOUTS, type SendContext, type SendResult } from "../channel";
import { combine, type Outcome } from "../combine";
import { describeError, redact } from "../redact";
import { exchange, type HttpAnswer, type OutgoingRequest } from "./exchange";

/** The longest wait that is believed; a delivery is given up after a day anyway. */
const LONGEST_WAIT_S = 86_400;

export interface HttpSend extends OutgoingRequest {
  /** What must not be repeated in words that are stored or shown. */
  secrets?: readonly (string | undefined)[];
  /** The provider's own id in the body of an accepted answer. */
  providerId?: (body: string) => string | undefined;
  /** Seconds that a refusal for now asks for in its body. */
  retryAfter?: (body: string) => number | undefined;
}

/** One request, and what it means for the message. Never throws. */
export async function sendHttp(send: HttpSend, context: SendContext): Promise<Outcome> {
  const { settings, signal, now } = context;
  if (signal.aborted) return { outcome: "not_sent", error: "Stopped before it was sent" };
  const found = await exchange(send, {
    allowHosts: settings.allowHosts ?? [],
    timeouts: settings.timeouts ?? DEFAULT_TIMEOUTS,
    signal,
  });
  switch (found.got) {
    case "forbidden":
      return { outcome: "permanent", error: found.error };
    case "nothing": {
      const error = redact(describeError(found.error), send.secrets);
      return { outcome: found.written ? "ambiguous" : "not_sent", error };
    }
    case "answer":
      return outcomeOf(found.answer, send, now);
  }
}

/**
 * What a status means: 2xx accepted; 3xx refused for good, since another host must not get the message; 408, 425 and 429
 * were not processed; any other 4xx would be answered alike; after a 5xx the message may have been taken.
 */
function outcomeOf(answer: HttpAnswer, send: HttpSend, now: number): Outcome {
  const { status, headers, body } = answer;
  const said = redact(body, send.secrets);
  const response = said === "" ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if (status >= 200 && status < 300) {
    return { outcome: "sent", response, providerId: send.providerId?.(body) };
  }
  if (status >= 300 && status < 400) {
    const to = typeof headers.location === "string" ? hostOf(headers.location, send.url) : null;
    const where = to === null ? "" : ` to ${to}`;
    const error = `It redirects${where} (HTTP ${status}), and redirects are not followed: enter the final address`;
    return { outcome: "permanent", response: `HTTP ${status}`, error };
  }
  const wait = retryAfterS(headers["retry-after"], now) ?? send.retryAfter?.(body);
  const retryAfterS_ = wait === undefined ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT_S);
  const error = status === 410 ? `It is gone for good. ${response}` : response;
  if (status === 408 || status === 425 || status === 429) {
    return { outcome: "not_sent", response, error, retryAfterS: retryAfterS_ };
  }
  if (status >= 400 && status < 500) return { outcome: "permanent", response, error };
  return { outcome: "ambiguous", response, error, retryAfterS: retryAfterS_ };
}

/** Seconds, or the instant as HTTP writes it (RFC 9110, 10.2.3). */
function retryAfterS(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}

function hostOf(location: string, base: string): string | null {
  return URL.canParse(location, base) ? redact(new URL(location, base).host) : null;
}

/** The result of a channel with one recipient, `to`; who has the message already gets nothing more. */
export async function sendToOne(
  to: string,
  context: SendContext,
  send: () => Promise<Outcome>,
): Promise<SendResult> {
  if (context.reached.length > 0) return combine(context.reached, []);
  return combine([], [{ to, ...(await send()) }]);
}

/** Several requests that have to be accepted in their order; the first that is not decides. All are safe to repeat. */
export async function sendInTurn(sends: readonly HttpSend[], context: SendContext): Promise<Outcome> {
  let last: Outcome = { outcome: "permanent", error: "There is nothing to send" };
  for (const send of sends) {
    last = await sendHttp(send, context);
    if (last.outcome !== "sent") return last;
  }
  return last;
}

/** The body of an answer as an object; empty when it is none. */
export function jsonBody(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
