import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { isReady } from "../support/page-checks";
import {
  ADMIN_TOKEN,
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

// What changes after the server read a page and before the page's live stream is open is shown, once it is; and where
// nothing changed, nothing is rendered anew.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const LATER = { timeout: 20_000 };

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let page: Page;
/** Lets go of the streams that wait; undefined while none is held back. */
let release: (() => void) | undefined;
/** Pages that the server rendered for a page that was there already. */
const rendered: string[] = [];

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  page = await browser.open();
  let held: Promise<void> | undefined;
  hold = () => {
    held = new Promise((resolve) => {
      release = () => {
        held = undefined;
        release = undefined;
        resolve();
      };
    });
  };
  await page.route("**/api/v1/stream?*", async (route) => {
    await held;
    // Of a page that was left meanwhile nobody waits for the answer.
    await route.continue().catch(() => {});
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isPrefetch = request.headers()["next-router-prefetch"] !== undefined;
    if (url.searchParams.has("_rsc") && !isPrefetch && url.pathname === new URL(page.url()).pathname)
      rendered.push(url.pathname);
  });
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

/** From here on streams wait to be opened. */
let hold: () => void;

async function api(path: string, body: unknown): Promise<{ id: string }> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBeLessThan(300);
  return (await response.json()) as { id: string };
}

async function send(count: number): Promise<void> {
  const call = { key: "sk-opening-0001", key_name: "opening", provider: "openai", status: 200 };
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(Array.from({ length: count }, () => call)),
  });
  expect(response.status).toBe(200);
}

const listed = async (path: string) =>
  ((await (await page.request.get(`${server.url}/api/v1${path}`)).json()) as { data: { id: string }[] }).data;

/** Opens a page whose stream waits until `change` is done, and the page has it not. */
async function changeBefore(path: string, change: () => Promise<unknown>): Promise<void> {
  hold();
  const waiting = page.waitForRequest("**/api/v1/stream?*");
  await page.goto(`${server.url}${path}`);
  await waiting;
  rendered.length = 0;
  await change();
  expect(rendered).toEqual([]);
  release?.();
}

test("Getting started sees the first event that came before its stream was open", async () => {
  await page.goto(`${server.url}/start`);
  const first = page.getByText("Waiting for the first event");
  await changeBefore("/start", async () => {
    await first.first().waitFor();
    await send(1);
  });
  await first.first().waitFor({ state: "detached", ...LATER });
});

test.each([
  [
    "/channels",
    "On call",
    () => api("/channels", { name: "On call", kind: "email", config: { to: ["ops@example.com"] } }),
  ],
  ["/dashboards", "Traffic", () => api("/dashboards", { name: "Traffic" })],
  [
    "/silences",
    "maintenance",
    () => api("/silences", { matcher: {}, ends_at: Date.now() + 600_000, comment: "maintenance" }),
  ],
  ["/sources", "edge", () => api("/sources", { name: "edge" })],
  [
    "/rules",
    "Too many",
    async () => {
      const channels = await listed("/channels");
      await api("/rules", {
        name: "Too many",
        metric: "requests",
        window: "5m",
        operator: ">=",
        tiers: [{ severity: "warning", threshold: 20 }],
        channels: channels.map(({ id }) => id),
      });
    },
  ],
])("%s shows what was added before its stream was open", async (path, name, change) => {
  await changeBefore(path, change);
  await page.locator("main").getByText(name).first().waitFor(LATER);
});

test("an incident that was opened before stands in the list and beside its name in the navigation", async () => {
  const link = page
    .getByRole("navigation")
    .getByRole("link", { name: /^Incidents/ })
    .first();
  // The overview asks for its own data anew; what stands around it is the server's.
  await changeBefore("/", async () => {
    expect(await link.textContent()).not.toMatch(/1/);
    await send(30);
    await expect.poll(() => listed("/incidents"), LATER).toHaveLength(1);
  });
  await expect.poll(() => link.textContent(), LATER).toMatch(/1/);
  await changeBefore("/incidents", async () => {
    await page.getByRole("link", { name: "Too many" }).first().waitFor();
    const [incident] = await listed("/incidents");
    await api(`/incidents/${incident?.id}/acknowledgement`, {});
  });
  await page.locator("main").getByText("Acknowledged", { exact: true }).nth(1).waitFor(LATER);
});

test("so does a page that was reached by a link", async () => {
  await page.goto(`${server.url}/channels`);
  await page.waitForFunction(isReady);
  hold();
  const waiting = page.waitForRequest("**/api/v1/stream?*");
  await page.getByRole("navigation").getByRole("link", { name: "Dashboards" }).first().click();
  await page.getByRole("heading", { name: "Dashboards" }).waitFor();
  await waiting;
  await api("/dashboards", { name: "Costs" });
  release?.();
  await page.locator("main").getByText("Costs").waitFor(LATER);
});

test("what was read already is not told: a page is rendered anew for what came later, and once", async () => {
  const opened = page.waitForResponse("**/api/v1/stream?*");
  await changeBefore("/dashboards", async () => {});
  await opened;
  await api("/dashboards", { name: "Later" });
  await page.locator("main").getByText("Later").waitFor(LATER);
  expect(rendered).toEqual(["/dashboards"]);
  expect(browser.problems).toEqual([]);
});

test("what was missed while the server was away is read when another is there", async () => {
  await page.goto(`${server.url}/dashboards`);
  await page.waitForFunction(isReady);
  hold();
  await server.stop();
  server = await startServer({ dataDir: installation.dataDir, port: server.port });
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, LATER).toBe(200);
  await api("/dashboards", { name: "While away" });
  release?.();
  await page.locator("main").getByText("While away").waitFor(LATER);
});
