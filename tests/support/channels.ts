import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { ChannelSettings, ChannelTimeouts, SendContext } from "@/lib/channels/channel";
import type { Notification } from "@/lib/channels/notification";
import { testNotification } from "@/lib/channels/sample";

/** No machine is too busy for these. */
const PATIENT: ChannelTimeouts = { connectMs: 10_000, idleMs: 10_000, totalMs: 12_000 };

/** For servers that never answer: the shorter, the quicker the test. */
export const IMPATIENT: ChannelTimeouts = { connectMs: 1_000, idleMs: 1_500, totalMs: 5_000 };

const AT = Date.UTC(2026, 10, 23, 13, 5, 20);

/** A firing of a key, as the dispatcher hands it over. */
export function firing(overrides: Partial<Notification> = {}): Notification {
  return {
    ...testNotification({ channelName: "Ops", at: AT, zone: "UTC", link: "https://keygauge.example.com/" }),
    kind: "firing",
    severity: "critical",
    rule: { id: "rule_1", name: "Requests near the limit" },
    incident: { id: "inc_0123456789abcdefghjk", startedAt: AT },
    subject: { kind: "key", name: "prod-chat-2", hint: "sk-…4f2a", provider: "openai" },
    links: { incident: "https://keygauge.example.com/incidents/inc_0123456789abcdefghjk" },
    ...overrides,
  };
}

/** The context of a first attempt. */
export function attempt(
  settings: Partial<ChannelSettings>,
  overrides: Partial<Omit<SendContext, "settings">> = {},
): SendContext {
  return {
    settings: { appUrl: "https://keygauge.example.com", timeouts: PATIENT, ...settings },
    idempotencyKey: "dlv_0123456789abcdefghjk",
    attempt: 1,
    maybeSentBefore: false,
    reached: [],
    earlier: [],
    signal: new AbortController().signal,
    now: AT,
    ...overrides,
  };
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
