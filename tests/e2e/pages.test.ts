import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { faultsOf, isReady, violations } from "../support/page-checks";
import {
  ADMIN_TOKEN,
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

// Every page with data in it: axe finds nothing, nothing overflows sideways, no error on the console, in both themes and
// on a phone.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const HOSTILE = `<img src=x onerror=alert(1)>\u202e${"long ".repeat(300)}`;

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
const paths: Record<string, string> = {};

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  await furnish();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

async function api<T = { id: string }>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBeLessThan(300);
  return (await response.json()) as T;
}

/** Keys in several states, one with a hostile name, a rule that fired, and its unsent message. */
async function furnish(): Promise<void> {
  const channel = await api("/channels", {
    name: "On call",
    kind: "email",
    config: { to: ["ops@example.com"] },
  });
  const rule = await api("/rules", {
    name: "Requests near the limit",
    metric: "requests",
    window: "5m",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 20 }],
    channels: [channel.id],
  });
  const key = await api("/keys", {
    key: "sk-proj-Zq81kTTwQ93bHxy7",
    provider: "openai",
    name: "prod-chat",
    pool: "chat",
  });
  await api(`/keys/${key.id}/limits`, { metric: "requests", amount: 30, window: "1h" });
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
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify([...events, ...others, { key: 5 }]),
  });
  expect(response.status).toBe(200);
  const incident = await eventually(async () => (await listed("/incidents?q=prod-chat"))[0]);
  const shared = await eventually(async () => (await listed("/incidents?q=xai"))[0]);
  await api(`/incidents/${shared.id}/comments`, { text: HOSTILE });
  await api("/silences", {
    matcher: { key: key.id },
    ends_at: now + 3_600_000,
    comment: HOSTILE.slice(0, 900),
  });
  await api("/invitations", { email: `${"somebody.".repeat(6)}long@example.com`, role: "operator" });
  await api("/silences", { matcher: {}, starts_at: now + 3_600_000, ends_at: now + 7_200_000 });
  const delivery = await eventually(async () => (await listed("/deliveries?state=unconfigured"))[0]);
  const source = (await listed("/sources"))[0];
  const dashboard = await api("/dashboards", { name: HOSTILE.slice(0, 110) });
  for (const query of ["metric=requests&group_by=model&as=area", "metric=latency_p95&as=table"])
    await api(`/dashboards/${dashboard.id}/panels`, { title: HOSTILE.slice(0, 110), query });
  const link = await api<{ id: string; url: string }>("/shares", {
    title: HOSTILE.slice(0, 110),
    dashboard: dashboard.id,
    expires_in: "1h",
  });
  Object.assign(paths, {
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
    channels: "/channels",
    channel: `/channels/${channel.id}`,
    "new channel": "/channels/new",
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
  });
}

async function listed(path: string): Promise<{ id: string }[]> {
  return (await api<{ data: { id: string }[] }>(path)).data;
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

describe.each([
  { look: "light", options: {} },
  { look: "dark", options: { dark: true } },
  { look: "phone", options: { phone: true } },
])("$look", ({ options }) => {
  test("every page is sound", async () => {
    const page = await browser.open(options);
    await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
    const faults: string[] = [];
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${server.url}${path}`);
      faults.push(...(await faultsOf(page, name)));
    }
    expect(faults).toEqual([]);
    expect(browser.problems).toEqual([]);
    await page.context().close();
    // Some forty pages, each held against axe: on a busy machine that takes its time.
  }, 300_000);
});

test("the check itself finds what is wrong", async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/login`);
  // React takes away what it did not put there until it owns the page.
  await page.waitForFunction(isReady);
  expect(await violations(page)).toEqual([]);
  await page.evaluate(() => document.querySelector("main")?.append(document.createElement("button")));
  expect((await violations(page)).join()).toContain("button-name");
  await page.context().close();
});

test("without a session every page leads to sign-in and back", async () => {
  const page = await browser.open();
  await page.goto(`${server.url}/rules`);
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.locator('input[type="password"]').fill("wrong password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").first().waitFor();
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${server.url}/rules`);
  await page.context().close();
});

test("pages run their own scripts only, and cannot be framed", async () => {
  const response = await fetch(`${server.url}/login`);
  const policy = response.headers.get("content-security-policy") ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  expect(nonce).toBeTruthy();
  expect(policy).toMatch(/frame-ancestors 'none'/);
  expect(/script-src [^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe/);
  const scripts = [...(await response.text()).matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
});

test.each([
  ["DELETE", "/api/v1/keys", 405],
  ["PUT", "/api/v1/events", 405],
  ["DELETE", "/api/auth/sign-out", 404],
])("%s %s is refused in the API's own words", async (method, path, status) => {
  const answer = await fetch(server.url + path, { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({ status, errors: [] });
  expect(answer.headers.has("allow")).toBe(status === 405);
});

test("the keyboard finds a key, a page and the sheet of shortcuts", async () => {
  const page = await browser.open();
  const known = browser.problems.length;
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
  // Until then nobody listens to the keyboard.
  await page.waitForFunction(isReady);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Find a key, page or action" });
  await field.fill("prod-ch");
  await page.getByRole("option", { name: /prod-chat/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "prod-chat" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(`${server.url}/rules`);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goto(`${server.url}/keys`);
  await page.waitForFunction(isReady);
  await page.keyboard.press("/");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
  expect(browser.problems.slice(known)).toEqual([]);
  await page.context().close();
});

test("a key's charts are annotated, downloaded, compared and narrowed", async () => {
  const page = await browser.open();
  const known = browser.problems.length;
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
  await page.goto(`${server.url}${paths.key}`);
  const charts = page.getByRole("figure", { name: /^Requests/ });
  const menu = charts.getByRole("button", { name: "Download and more" });
  await page.waitForFunction(isReady);
  await menu.click();
  await page.getByRole("menuitem", { name: "Annotate" }).click();
  await page.getByLabel("What happened").fill("Router v2.3 deployed");
  await page.getByRole("button", { name: "Add annotation" }).click();
  await page.getByRole("dialog").getByText(/by /).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Router v2.3 deployed/ }).waitFor();
  for (const [item, ending] of [
    ["Download CSV", /^requests-.*\.csv$/],
    ["Download PNG", /^requests-.*\.png$/],
  ] as const) {
    await menu.click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(ending);
  }
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("menuitem", { name: "With other keys" }).click();
  await page.getByRole("checkbox", { name: /worker-1/ }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Compare" }).click();
  await charts.getByRole("button", { name: "worker-1" }).waitFor();
  await page.getByRole("radio", { name: "Statuses" }).click();
  await page.getByRole("link", { name: "200", exact: true }).click();
  await page.waitForURL(/compare=\d+&status=200/);
  await page.getByRole("link", { name: /status 200/ }).click();
  await page.waitForURL((url) => !url.searchParams.has("status"));
  expect(browser.problems.slice(known)).toEqual([]);
  await page.context().close();
});

test("keys are chosen and limited together, and a view of them is kept", async () => {
  const page = await browser.open();
  const known = browser.problems.length;
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
  await page.goto(`${server.url}/keys?provider=anthropic`);
  await page.waitForFunction(isReady);
  await page.getByRole("checkbox", { name: "Choose support-bot" }).check();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByLabel("Tags").fill("team=support");
  await page.getByRole("dialog").getByRole("button", { name: "Tag" }).click();
  await page.getByText("1 key tagged").waitFor();
  await page.getByRole("checkbox", { name: "Choose support-bot" }).check();
  await page.getByRole("button", { name: "Silence" }).click();
  await page.getByText("Keeps quiet now").waitFor();
  await page.getByRole("dialog").getByText("1 key", { exact: false }).first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Silence" }).click();
  await page.getByText("1 key silenced for 1 h").waitFor();
  await page.getByRole("checkbox", { name: "Choose support-bot" }).check();
  await page.getByRole("button", { name: "Limit" }).click();
  await page.getByLabel("Amount").fill("1000");
  await page.getByRole("button", { name: "Set the limit" }).click();
  await page.getByText("Limit set on 1 key").waitFor();
  await page.getByRole("meter", { name: /requests/ }).waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of the view").fill("Claude");
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("link", { name: "Claude" }).waitFor();
  expect(browser.problems.slice(known)).toEqual([]);
  await page.context().close();
});
