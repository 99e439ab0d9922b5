import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { faultsOf } from "../support/page-checks";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

// A gateway is connected as its operator does it: chosen, configured by what is copied, and watched while its first event
// arrives, on the production build, with every state of the way held against axe.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const RAW = "sk-live-raw-key-that-must-not-be-seen-9Rk2";

let installation: Installation;
let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

async function enter(page: Page): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
}

/** What Kong posts of a call, by the configuration that was copied. */
async function postAsKong(command: string, more: object = {}): Promise<void> {
  const { config } = JSON.parse(/-d '([\s\S]*)'$/.exec(command.trim())?.[1] ?? "") as {
    config: { http_endpoint: string; headers: Record<string, string> };
  };
  const record = {
    request: {
      id: crypto.randomUUID(),
      method: "POST",
      uri: `/v1/chat?key=${RAW}`,
      headers: { apikey: RAW },
    },
    response: { status: 429, size: 120, headers: {} },
    latencies: { request: 187 },
    started_at: Date.now() - 1_000,
    consumer: { username: "team-search" },
    client_ip: "203.0.113.7",
    ...more,
  };
  const response = await fetch(config.http_endpoint, {
    method: "POST",
    headers: config.headers,
    body: JSON.stringify([record]),
  });
  expect(response.status).toBe(200);
}

const copied = async (page: Page, label: string): Promise<string> => {
  await page.getByRole("button", { name: `Copy ${label}` }).click();
  return page.evaluate(() => navigator.clipboard.readText());
};

describe.each([
  { look: "light", options: {} },
  { look: "dark", options: { dark: true } },
  { look: "phone", options: { phone: true } },
])("$look", ({ look, options }) => {
  const faults: string[] = [];
  const name = `edge-${look}`;
  let page: Page;
  let command: string;

  beforeAll(async () => {
    page = await browser.open(options);
    await enter(page);
  });
  afterAll(() => page.context().close());

  const check = async (state: string) => faults.push(...(await faultsOf(page, state)));

  test("a gateway is found by its name", async () => {
    await page.goto(`${server.url}/sources`);
    await page.getByRole("link", { name: "Add source" }).click();
    await page.getByRole("heading", { name: "Add a source" }).waitFor();
    await check("picker");
    const search = page.getByRole("searchbox", { name: "Search gateways" });
    await search.fill("no such gateway");
    await page.getByText("No gateway of this name.").waitFor();
    await check("picker, nothing found");
    await search.fill("kong");
    await page.getByRole("link", { name: /^Kong Gateway/ }).click();
    await page.getByRole("heading", { name: "Add Kong Gateway" }).waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("kong");
    await check("form");
  });

  test("its configuration is copied with address and token, and shows no token until asked", async () => {
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "request.headers.apikey" }).click();
    await page.getByRole("button", { name: "Add source" }).click();
    await page.getByRole("heading", { name: `Connect ${name}` }).waitFor();
    await page.getByText("Waiting for the first event.").waitFor();
    await check("waiting");
    command = await copied(page, "Add the HTTP Log plugin to every service, through the Admin API");
    expect(command).toContain(`"http_endpoint": "${server.url}/api/v1/ingest/kong"`);
    const token = /kgi_[\w-]{20,}/.exec(command)?.[0] ?? "none";
    const main = page.getByRole("main");
    expect(await main.textContent()).not.toContain(token);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    expect(await main.textContent()).toContain(`"Authorization": "Bearer ${token}"`);
  });

  test("a rejected event shows with its reason, the next one as received and as understood", async () => {
    await postAsKong(command, { started_at: Date.now() + 3_600_000 });
    await page.getByText("An event arrived and was rejected.").waitFor();
    const panel = page.getByRole("region", { name: "First event", exact: true });
    expect(await panel.textContent()).toMatch(/Why it was rejected\s*time/);
    await check("rejected");
    await postAsKong(command);
    await page.getByText("The first event has arrived.").waitFor();
    const received = await page.getByRole("region", { name: "First event, as received" }).textContent();
    const understood = await page.getByRole("region", { name: "First event, as understood" }).textContent();
    expect(received).toContain('"apikey": "…9Rk2"');
    expect(received).toContain('"uri": "/v1/chat?…"');
    expect(understood).toMatch(/outcome\s*rate_limited/);
    expect(understood).toMatch(/key\s*…9Rk2/);
    expect(await page.content()).not.toContain(RAW);
    await check("arrived");
    await page.getByRole("link", { name: "See its key" }).click();
    await page.getByRole("heading", { level: 1, name: "team-search" }).waitFor();
  });

  test("the source's page has its rate, latest event and rejects, and is edited there", async () => {
    await page.goto(`${server.url}/sources`);
    await check("list");
    await page.getByRole("link", { name }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("heading", { name: "Latest event" }).waitFor();
    await page.getByRole("button", { name: "Show the record" }).click();
    await page.getByText("Why it was rejected").waitFor();
    await page.getByRole("button", { name: "Set-up" }).click();
    await check("source");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Name").fill(`${name}-2`);
    await check("edit");
    await page.getByRole("button", { name: "Save source" }).click();
    await page.getByRole("heading", { level: 1, name: `${name}-2` }).waitFor();
  });

  test("a new token fills the configuration in again; the former is refused", async () => {
    await page.getByRole("button", { name: "Rotate token" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Rotate token" }).click();
    await page.getByText("Waiting for the first event.").waitFor();
    await expect(postAsKong(command)).rejects.toThrow();
    const again = await copied(page, "Add the HTTP Log plugin to every service, through the Admin API");
    expect(again).not.toBe(command);
    await postAsKong(again);
    await page.getByText("The first event has arrived.").waitFor();
  });

  test("nothing is wrong with any of it", () => {
    expect(faults).toEqual([]);
    expect(browser.problems).toEqual([]);
  });
});

test("every kind of source shows its configuration, and waits on its own page too", async () => {
  const page = await browser.open();
  await enter(page);
  await page.goto(`${server.url}/sources/new`);
  const kinds = await page
    .locator('main a[href*="format="]')
    .evaluateAll((links) =>
      links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get("format")),
    );
  expect(kinds).toEqual(expect.arrayContaining(["kong", "native", "auto", "otlp"]));
  for (const kind of kinds) {
    await page.goto(`${server.url}/sources/new?format=${kind}`);
    await page.getByRole("button", { name: "Add source" }).click();
    await page.getByText("Waiting for the first event.").waitFor();
    const shown = await page.getByRole("main").textContent();
    expect(shown, String(kind)).not.toMatch(/\{\{|undefined/);
    expect(shown, String(kind)).toContain(String(server.port));
  }
  await page.getByRole("link", { name: "Open the source" }).click();
  await page.getByText("INGEST_TOKEN").first().waitFor();
  expect(await faultsOf(page, "waiting source")).toEqual([]);
  expect(browser.problems).toEqual([]);
  await page.context().close();
});
