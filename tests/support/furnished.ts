import { expect } from "vitest";
import { ADMIN_TOKEN, INGEST_TOKEN } from "./server";

/** Markup, a right-to-left mark and length, as a name. */
export const HOSTILE = `<img src=x onerror=alert(1)>\u202e${"long ".repeat(300)}`;

/** Asks the API of the server at `url` as an admin; a refusal fails the test. */
export async function api<T = { id: string }>(
  url: string,
  path: string,
  body?: unknown,
  method = body === undefined ? "GET" : "POST",
): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBeLessThan(300);
  return (await response.json()) as T;
}

/** Sends events to the server at `url`. */
export async function sendEvents(url: string, events: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
}

/** Asks until there is an answer. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error("It did not come within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Fills an empty installation: keys in several states, one with a hostile name, a rule that fired, its unsent message, and
 * one of everything else. Returns the path of every page, by name.
 */
export async function furnish(url: string): Promise<Record<string, string>> {
  const post = <T = { id: string }>(path: string, body: unknown) => api<T>(url, path, body);
  const listed = async (path: string) => (await api<{ data: { id: string }[] }>(url, path)).data;
  const channel = await post("/channels", {
    name: "On call",
    kind: "email",
    config: { to: ["ops@example.com"] },
  });
  const rule = await post("/rules", {
    name: "Requests near the limit",
    metric: "requests",
    // It must not resolve by itself while the slowest tests look at it.
    window: "1h",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 20 }],
    channels: [channel.id],
  });
  const key = await post("/keys", {
    key: "sk-proj-Zq81kTTwQ93bHxy7",
    provider: "openai",
    name: "prod-chat",
    pool: "chat",
  });
  await post(`/keys/${key.id}/limits`, { metric: "requests", amount: 30, window: "1h" });
  const now = Date.now();
  const events = Array.from({ length: 27 }, (_, i) => ({
    key: "sk-proj-Zq81kTTwQ93bHxy7",
    provider: "openai",
    time: now - i * 9_000,
    model: "gpt-5",
    route: "/v1/chat/completions",
    status: i % 9 === 0 ? 500 : 200,
    latency_ms: 300 + i * 20,
    input_tokens: 900,
    output_tokens: 100,
    cost_usd: 0.02,
  }));
  const others = [
    {
      key: "hostile-key-000001",
      provider: "mistral",
      key_name: HOSTILE,
      status: 401,
      consumer: HOSTILE,
      model: HOSTILE,
    },
    {
      key: "throttled-key-0001",
      provider: "anthropic",
      key_name: "support-bot",
      status: 429,
      retry_after_s: 3600,
    },
    { key: "exhausted-key-0001", provider: "gemini", key_name: "batch", status: 402 },
    // Three that fire together share an incident.
    ...Array.from({ length: 75 }, (_, i) => ({
      key: `together-key-000${i % 3}`,
      provider: "xai",
      key_name: `worker-${i % 3}`,
      status: 200,
    })),
  ];
  await sendEvents(url, [...events, ...others, { key: 5 }]);
  const incident = await eventually(async () => (await listed("/incidents?q=prod-chat"))[0]);
  const shared = await eventually(async () => (await listed("/incidents?q=xai"))[0]);
  await post(`/incidents/${shared.id}/comments`, { text: HOSTILE });
  await post("/silences", {
    matcher: { key: key.id },
    ends_at: now + 3_600_000,
    comment: HOSTILE.slice(0, 900),
  });
  await post("/invitations", { email: `${"somebody.".repeat(6)}long@example.com`, role: "operator" });
  await post("/silences", { matcher: {}, starts_at: now + 3_600_000, ends_at: now + 7_200_000 });
  const delivery = await eventually(async () => (await listed("/deliveries?state=unconfigured"))[0]);
  const source = (await listed("/sources"))[0];
  const dashboard = await post("/dashboards", { name: HOSTILE.slice(0, 110) });
  for (const query of ["metric=requests&group_by=model&as=area", "metric=latency_p95&as=table"])
    await post(`/dashboards/${dashboard.id}/panels`, { title: HOSTILE.slice(0, 110), query });
  const link = await post<{ id: string; url: string }>("/shares", {
    title: HOSTILE.slice(0, 110),
    dashboard: dashboard.id,
    expires_in: "1h",
  });
  return {
    overview: "/",
    start: "/start",
    wall: "/wall",
    pools: "/pools?by=provider",
    explore: "/explore?group_by=model&as=area&range=24h",
    "explore table": "/explore?metric=latency_p95&group_by=consumer&as=table&range=1h",
    pool: "/pools/chat",
    provider: "/providers/openai",
    dashboards: "/dashboards",
    dashboard: `/dashboards/${dashboard.id}`,
    link: new URL(link.url).pathname,
    links: "/settings/links",
    keys: "/keys",
    key: `/keys/${key.id}`,
    "key compared": `/keys/${key.id}?compare=previous&status=200`,
    incidents: "/incidents",
    incident: `/incidents/${incident.id}`,
    "shared incident": `/incidents/${shared.id}`,
    silences: "/silences",
    "silences to come": "/silences?state=upcoming",
    "new silence": `/silences/new?key=${key.id}`,
    rules: "/rules",
    rule: `/rules/${rule.id}`,
    "new rule": "/rules/new",
    "changed rule": `/rules/${rule.id}/edit`,
    channels: "/channels",
    channel: `/channels/${channel.id}`,
    "new channel": "/channels/new",
    "changed channel": `/channels/${channel.id}/edit`,
    deliveries: "/deliveries",
    delivery: `/deliveries/${delivery?.id}`,
    mailbox: "/mailbox",
    sources: "/sources",
    source: `/sources/${source?.id}`,
    "new source": "/sources/new",
    settings: "/settings",
    people: "/settings/people",
    tokens: "/settings/tokens",
    "mail server": "/settings/mail",
    sms: "/settings/sms",
    retention: "/settings/retention",
    audit: "/settings/audit",
    about: "/settings/about",
  };
}
