import { createHash } from "node:crypto";
import { sign, verify } from "@/lib/crypto";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

/** What a link in a message lets its reader do: acknowledge one incident, as a recipient of one channel. */
export interface Acknowledgement {
  incidentId: string;
  channelId: string;
}

const signed = (payload: string): string => `acknowledge\0${payload}`;

/** The page that asks, and then acknowledges. The same in every message about the incident to that channel. */
export function acknowledgementLink(incidentId: string, channelId: string): string {
  const { env, keyring } = runtime();
  const payload = Buffer.from(`${incidentId}.${channelId}`).toString("base64url");
  return `${env.appUrl}/ack/${payload}.${sign(keyring, signed(payload))}`;
}

/** Null for everything that `acknowledgementLink` did not make. */
export function readAcknowledgementToken(token: string): Acknowledgement | null {
  const [payload = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || !verify(runtime().keyring, signed(payload), signature)) return null;
  const [incidentId, channelId] = Buffer.from(payload, "base64url").toString("utf8").split(".");
  return incidentId === undefined || channelId === undefined ? null : { incidentId, channelId };
}

/** Tells used tokens apart on the timeline without keeping the tokens. */
export const tokenMark = (token: string): string =>
  createHash("sha256").update(token).digest("base64url").slice(0, 22);

export const badLink = () =>
  new AppError("not_found", "This link is not one of Keygauge's, or its channel is no longer there.");
