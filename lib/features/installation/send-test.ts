import type { Channel, ChannelSettings } from "@/lib/channels/channel";
import { emailConfigSchema } from "@/lib/channels/email/schema";
import { channelOf } from "@/lib/channels/registry";
import { testNotification } from "@/lib/channels/sample";
import { smsConfigSchema } from "@/lib/channels/sms/schema";
import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { addSmsUsage } from "../sms-budget/usage";
import { type TestDto, testSchema } from "./schemas";

/**
 * Sends a test mail by the server in force, the way every mail is sent, and says what the server answered. Needs `admin`.
 * Throws `conflict` where there is no server, `invalid`.
 */
export async function testMail({ actor, input }: { actor: Actor; input: unknown }): Promise<TestDto> {
  authorise(actor, "admin");
  return sendTest(actor, "email", input);
}

/** As `testMail`, an SMS by the Twilio account in force; it counts for the budget. */
export async function testSms({ actor, input }: { actor: Actor; input: unknown }): Promise<TestDto> {
  authorise(actor, "admin");
  return sendTest(actor, "sms", input);
}

async function sendTest(actor: Actor, kind: "email" | "sms", input: unknown): Promise<TestDto> {
  const { env, settings, db } = runtime();
  const { to } = parse(testSchema, input);
  const schema = kind === "email" ? emailConfigSchema : smsConfigSchema;
  const config = schema.safeParse({ to: [to] });
  if (!config.success) {
    const message = config.error.issues[0]?.message ?? "expected somebody to send it to";
    throw new AppError("invalid", `to: ${message}`, { issues: [{ path: "to", message }] });
  }
  const channel: Channel<unknown> = channelOf(kind);
  const { appUrl, allowHosts } = env;
  const inForce: ChannelSettings = { appUrl, allowHosts, ...settings };
  if (!channel.isConfigured(inForce).ok) {
    throw new AppError("conflict", kind === "email" ? "No mail server is set." : "No Twilio account is set.");
  }
  await write((tx) =>
    recordChange(tx, actor, {
      action: `${kind === "email" ? "mail" : "twilio"}.test`,
      entity: "setting",
      entityId: kind === "email" ? "mail" : "twilio",
      changes: { to },
    }),
  );
  const now = Date.now();
  const result = await channel.send(
    testNotification({ channelName: "Settings", at: now, zone: "UTC", link: `${appUrl}/settings` }),
    config.data,
    {
      settings: inForce,
      idempotencyKey: newId("tst"),
      attempt: 1,
      maybeSentBefore: false,
      reached: [],
      earlier: [],
      signal: AbortSignal.timeout(25_000),
      now,
    },
  );
  if (kind === "sms" && result.reached.length > 0) await addSmsUsage(db.pool, result.reached.length, now);
  return {
    outcome: result.outcome,
    response: result.response ?? null,
    error: "error" in result ? result.error : null,
  };
}
