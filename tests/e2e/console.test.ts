import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { faultsOf, isReady } from "../support/page-checks";
import {
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

// Who has never seen the console finds the key in trouble, and why; what an account says of times holds on every page; a
// key goes for good.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const LATER = { timeout: 20_000 };

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  const call = (name: string, status: number, more = {}) => ({
    key: `sk-console-${name}-0001`,
    key_name: name,
    provider: "openai",
    status,
    ...more,
  });
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify([call("chat", 200), call("batch", 402), call("search", 401)]),
  });
  expect(response.status).toBe(200);
  page = await browser.open();
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

test("the overview names the keys in trouble and why, the worst first", async () => {
  const troubled = page.getByRole("list", { name: "Keys in trouble" }).getByRole("listitem");
  await expect
    .poll(() => troubled.allTextContents(), LATER)
    .toEqual(["search refused by the provider", "batch quota spent"]);
  expect(await faultsOf(page, "overview")).toEqual([]);
  await troubled.first().getByRole("link").click();
  await page.getByRole("heading", { name: "search" }).waitFor();
  await page.getByText("The provider refuses the key").waitFor();
});

test.each([
  { device: "desk", phone: false },
  { device: "phone", phone: true },
])(
  "who has just signed in at a $device sees the key in trouble and why without scrolling, and its page a press later",
  async ({ phone }) => {
    const fresh = await browser.open({ phone });
    await signIn(fresh, server.url, { email: EMAIL, password: PASSWORD });
    const worst = fresh.getByRole("list", { name: "Keys in trouble" }).getByRole("listitem").first();
    await worst.getByText("refused by the provider").waitFor(LATER);
    const place = await worst.evaluate((element) => {
      const { left, right, top, bottom, height } = element.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return { height, right, bottom, seen: at !== null && element.contains(at) };
    });
    const screen = fresh.viewportSize() ?? { width: 0, height: 0 };
    expect(place.seen).toBe(true);
    expect(place.right).toBeLessThanOrEqual(screen.width);
    // In the upper half, where reading begins.
    expect(place.bottom).toBeLessThan(screen.height / 2);
    expect(place.height).toBeGreaterThanOrEqual(phone ? 44 : 32);
    await worst.getByRole("link").click();
    await fresh.getByRole("heading", { name: "search" }).waitFor();
    await fresh.getByText("The provider refuses the key").waitFor();
    await fresh.context().close();
  },
);

test("a zone goes by its name of today, and Escape in its field saves nothing", async () => {
  await page.goto(`${server.url}/settings`);
  await page.waitForFunction(isReady);
  const zone = page.getByRole("combobox", { name: "Time zone" });
  await zone.fill("calcutta");
  await page.getByRole("option", { name: "Asia/Kolkata" }).click();
  await page.getByText("Times are those of Asia/Kolkata").waitFor();
  await zone.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  expect(await zone.inputValue()).toBe("Asia/Kolkata");
  await page.reload();
  await page.waitForFunction(isReady);
  expect(await zone.inputValue()).toBe("Asia/Kolkata");
});

test("times are read by twelve hours, or by twenty-four, as the account says", async () => {
  await page.goto(`${server.url}/settings`);
  for (const [choice, words] of [
    ["14:30", / \d\d:\d\d:\d\d UTC\+5:30$/],
    ["2:30 PM", / \d{1,2}:\d\d:\d\d [AP]M UTC\+5:30$/],
  ] as const) {
    await page.waitForFunction(isReady);
    await page.getByRole("radio", { name: choice }).click();
    await expect
      .poll(() => page.getByRole("table").getByRole("time").first().getAttribute("title"), LATER)
      .toMatch(words);
    await page.reload();
    await expect
      .poll(() => page.getByRole("table").getByRole("time").first().getAttribute("title"), LATER)
      .toMatch(words);
  }
  expect(await faultsOf(page, "settings")).toEqual([]);
});

test("a key is deleted from its page, and no list has it any more", async () => {
  await page.goto(`${server.url}/keys?q=batch`);
  await page.getByRole("link", { name: "batch" }).click();
  await page.getByRole("heading", { name: "batch" }).waitFor();
  await page.waitForFunction(isReady);
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete batch?" });
  await dialog.getByText("Incidents and messages stay").waitFor();
  expect(await faultsOf(page, "deletion")).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete key" }).click();
  await page.waitForURL(`${server.url}/keys`);
  await page.getByText("Key deleted").waitFor();
  await page.getByRole("link", { name: "chat" }).waitFor();
  await expect.poll(() => page.getByRole("link", { name: "batch" }).count(), LATER).toBe(0);
  // Nothing asked for the key once it was gone.
  expect(browser.problems).toEqual([]);
});
