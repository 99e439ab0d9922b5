/** What the recipient of an SMS asks for by an answer to it. */
export type Reply =
  | { kind: "stop" | "start" | "help" }
  /** Of the message with that reference; without one, of the latest. */
  | { kind: "acknowledge"; reference: string | null };

// The words that Twilio itself takes for these (https://help.twilio.com/articles/223134027).
const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
const START = new Set(["START", "YES", "UNSTOP"]);
const HELP = new Set(["HELP", "INFO"]);

/** Reads an answer: `1`, `ACK`, `ack 8k2mqza`, `#8K2MQZA`, `STOP` … null for everything else. */
export function readReply(body: string): Reply | null {
  const text = body.trim().toUpperCase().replace(/\s+/g, " ").slice(0, 200);
  if (STOP.has(text)) return { kind: "stop" };
  if (START.has(text)) return { kind: "start" };
  if (HELP.has(text)) return { kind: "help" };
  const asked =
    /^(?:1|ACK|ACKNOWLEDGED?)[.!]?(?: #?([0-9A-Z]{7}))?$/.exec(text) ?? /^#([0-9A-Z]{7})$/.exec(text);
  return asked === null ? null : { kind: "acknowledge", reference: asked[1] ?? null };
}
