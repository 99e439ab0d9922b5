import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { isReady, violations } from "../support/page-checks";
import {
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

// A range or a filter is followed by the page itself, with its address, and without the server rendering it anew.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let page: Page;
/** Pages that the server was asked to render for a page that was there already. */
const rendered: string[] = [];
/** Live streams that were opened. */
const streams: string[] = [];

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify([
      ...["chat-a", "chat-b"].map((name) => ({
        key: `sk-followed-${name}`,
        key_name: name,
        provider: "openai",
        status: 200,
      })),
      {
        key: "sk-followed-slow",
        key_name: "slow",
        provider: "anthropic",
        status: 429,
        retry_after_s: 86_400,
      },
    ]),
  });
  expect(response.status).toBe(200);
  page = await browser.open();
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/v1/stream") streams.push(url.search);
    const isPrefetch = request.headers()["next-router-prefetch"] !== undefined;
    if (url.searchParams.has("_rsc") && !isPrefetch && url.pathname === new URL(page.url()).pathname)
      rendered.push(url.pathname + url.search);
  });
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

async function open(path: string): Promise<void> {
  await page.goto(`${server.url}${path}`);
  await page.waitForFunction(isReady);
  rendered.length = 0;
}

/** What is chosen is shown: nothing is left of what was shown before. */
const settled = () => page.waitForFunction(() => document.querySelector("main [aria-busy='true']") === null);

async function choose(name: RegExp | string, address: RegExp): Promise<void> {
  const link = page.getByRole("main").getByRole("link", { name, exact: typeof name === "string" });
  await link.click();
  await page.waitForURL(address);
  await expect.poll(() => link.getAttribute("aria-current")).toBe("true");
  await settled();
}

const names = () => page.getByRole("table", { name: "Keys" }).locator("tbody a").allInnerTexts();

test("the overview follows its range", async () => {
  await open("/");
  await choose("7 d", /\?range=7d$/);
  const table = page.getByRole("button", { name: "Show as a table" });
  await table.click();
  const dialog = page.getByRole("dialog", { name: /^Requests/ });
  await dialog.getByRole("table").waitFor();
  // By the hour, where an hour would be by 10 s: 169 of them, and a heading.
  expect(await dialog.getByRole("row").count()).toBeLessThan(200);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => table.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(
    await page
      .getByRole("link", { name: /^Explore/ })
      .last()
      .getAttribute("href"),
  ).toMatch(/range=7d/);
  expect(rendered).toEqual([]);
});

test("what a press will show is asked for before it is let go, and once", async () => {
  await open("/");
  const asked: string[] = [];
  const note = (request: Request) => {
    if (request.url().includes("/api/v1/overview?"))
      asked.push(new URL(request.url()).searchParams.get("range") ?? "");
  };
  page.on("request", note);
  const link = page.getByRole("link", { name: "30 d" });
  await link.hover();
  await page.mouse.down();
  await expect.poll(() => asked).toContain("30d");
  expect(await link.getAttribute("aria-current")).toBeNull();
  await page.mouse.up();
  await page.waitForURL(/\?range=30d$/);
  await expect.poll(() => link.getAttribute("aria-current")).toBe("true");
  await settled();
  page.off("request", note);
  expect(asked.filter((range) => range === "30d")).toHaveLength(1);
});

test("a range of one's own is asked for", async () => {
  await open("/?range=24h");
  await page.getByRole("button", { name: "Custom" }).click();
  const window = page.getByRole("dialog", { name: "Custom range" });
  await window.getByLabel("From").waitFor();
  expect(await violations(page)).toEqual([]);
  await window.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/\?from=\d+&to=\d+$/);
  await window.waitFor({ state: "detached" });
  await settled();
  await page.reload();
  await page.waitForFunction(isReady);
  expect(await page.locator('nav[aria-label="Time range"] button').getAttribute("aria-current")).toBe("true");
  expect(rendered).toEqual([]);
});

test("a key's page follows its range", async () => {
  await open("/keys?q=chat-a");
  await page.getByRole("link", { name: "chat-a" }).click();
  await page.getByRole("heading", { name: "chat-a" }).waitFor();
  await page.waitForFunction(isReady);
  rendered.length = 0;
  await choose("24 h", /\?range=24h$/);
  await choose("1 h", /\?range=1h$/);
  expect(rendered).toEqual([]);
});

test("the list of keys follows its filters, its order and what is sought", async () => {
  await open("/keys");
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  streams.length = 0;
  await choose(/^Healthy/, /\?state=ok$/);
  await expect.poll(async () => (await names()).toSorted()).toEqual(["chat-a", "chat-b"]);
  for (const [sort, order] of [
    ["name", "ascending"],
    ["-name", "descending"],
  ] as const) {
    await page.getByRole("link", { name: "Key", exact: true }).click();
    await page.waitForURL((url) => url.search === `?state=ok&sort=${sort}`);
    const heading = page.getByRole("columnheader", { name: "Key", exact: true });
    await expect.poll(() => heading.getAttribute("aria-sort")).toBe(order);
    await settled();
  }
  await expect.poll(names).toEqual(["chat-b", "chat-a"]);
  await choose(/^All /, /\?sort=-name$/);
  await expect.poll(names).toEqual(["slow", "chat-b", "chat-a"]);
  await page.getByRole("searchbox", { name: "Search keys" }).fill("slo");
  await page.waitForURL(/q=slo/);
  await expect.poll(names).toEqual(["slow"]);
  expect(rendered).toEqual([]);
  // All that was shown meanwhile was watched from the beginning.
  expect(streams).toEqual([]);
  await page.reload();
  await page.waitForFunction(isReady);
  expect(await names()).toEqual(["slow"]);
  expect(browser.problems).toEqual([]);
});
