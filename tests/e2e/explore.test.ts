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

// A question is asked in Explore, kept, pinned and shared, and the link shows its answer to somebody without an account,
// until it is revoked; on the production build, with every page of the way held against axe.

const EMAIL = "admin@example.com";
const LATER = { timeout: 20_000 };
const PASSWORD = "correct horse battery staple";

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let page: Page;
let link: string;
const faults: string[] = [];

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  const now = Date.now();
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(
      Array.from({ length: 30 }, (_, i) => ({
        key: `sk-explored-key-000${i % 3}`,
        key_name: `chat-${i % 3}`,
        provider: i % 3 === 0 ? "mistral" : "openai",
        time: now - i * 20_000,
        status: 200,
        cost_usd: 0.01,
      })),
    ),
  });
  expect(response.status).toBe(200);
  page = await browser.open();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

const check = async (of: Page, state: string) => faults.push(...(await faultsOf(of, state)));
const rowsOf = (of: Page, caption: string) => of.getByRole("table", { name: caption }).getByRole("row");

test("a question is asked, and stands in the address", async () => {
  await page.goto(`${server.url}/explore`);
  await page.getByRole("figure", { name: "Requests" }).waitFor();
  await page.getByRole("combobox", { name: "Group by" }).click();
  await page.getByRole("option", { name: "Key" }).click();
  await page.getByRole("radio", { name: "Areas" }).click();
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("combobox", { name: "What" }).click();
  await page.getByRole("option", { name: "Provider" }).click();
  await page.getByRole("combobox", { name: "Which" }).fill("open");
  await page.getByRole("option", { name: "openai", exact: true }).click();
  await page.getByRole("figure", { name: "Requests by key" }).waitFor();
  await expect.poll(() => rowsOf(page, "Requests by key: totals").count()).toBe(3);
  expect(new URL(page.url()).search).toBe("?metric=requests&provider=openai&group_by=key&as=area&range=1h");
  await check(page, "explore");
  // A name in the legend leaves its series alone, and brings the others back.
  const legend = page.getByRole("figure", { name: "Requests by key" });
  await legend.getByRole("button", { name: "chat-1" }).click();
  expect(await legend.getByRole("button", { name: "chat-2" }).getAttribute("aria-pressed")).toBe("false");
  await legend.getByRole("button", { name: "chat-1" }).click();
  expect(await legend.getByRole("button", { name: "chat-2" }).getAttribute("aria-pressed")).toBe("true");
});

test("as bars, each series has its own, and the pointer on them is told what they stand for", async () => {
  await page.getByRole("radio", { name: "Bars" }).click();
  const figure = page.getByRole("figure", { name: "Requests by key" });
  const bars = figure.locator("path[fill-opacity='0.85']");
  await expect.poll(() => bars.count()).toBe(2);
  const box = await bars.last().boundingBox();
  if (box === null) throw new Error("The bars are nowhere");
  expect(box.height).toBeGreaterThan(20);
  // The last one of the upper series: its foot stands on the lower.
  await page.mouse.move(box.x + box.width - 2, box.y + box.height - 2);
  const total = figure.getByText("Total");
  await total.waitFor();
  expect(await figure.locator(".recharts-tooltip-wrapper li").allTextContents()).toEqual([
    expect.stringMatching(/^chat-[12]/),
    expect.stringMatching(/^chat-[12]/),
  ]);
  await page.mouse.move(0, 0);
  await total.waitFor({ state: "hidden" });
  await page.getByRole("radio", { name: "Areas" }).click();
  await expect.poll(() => bars.count()).toBe(0);
});

test("the table sorts, and a name leads to its own", async () => {
  await page.getByRole("radio", { name: "Table" }).click();
  const table = page.getByRole("table", { name: "Requests by key" });
  await table.getByRole("columnheader", { name: "chat-1" }).getByRole("button").click();
  const heads = await table.getByRole("columnheader").allTextContents();
  const column = heads.findIndex((head) => head.includes("chat-1"));
  const first = table.getByRole("row").nth(1).getByRole("cell").nth(column);
  await expect.poll(() => first.textContent()).toBe("1");
  await check(page, "explore, table");
  await page.goBack();
  const totals = page.getByRole("table", { name: "Requests by key: totals" });
  await totals.getByRole("button", { name: "chat-1" }).click();
  await page.getByRole("figure", { name: "Requests", exact: true }).waitFor();
  await page.goBack();
  await page.getByRole("figure", { name: "Requests by key" }).waitFor();
});

test("it is kept, and pinned to a dashboard of one's own", async () => {
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of the view").fill("OpenAI keys");
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("link", { name: "OpenAI keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Pin" }).click();
  await page.getByLabel("Name of the new dashboard").fill("Chat");
  await check(page, "pinning");
  await page.getByRole("dialog").getByRole("button", { name: "Pin" }).click();
  await page.getByRole("link", { name: "Chat" }).click();
  await page.getByRole("heading", { name: "Chat", exact: true }).waitFor();
  await page.getByRole("figure", { name: "Requests by key" }).waitFor();
  await check(page, "dashboard");
});

test("a panel moves by its menu, and its removal can be undone", async () => {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const added = await page.request.post(`${server.url}/api/v1/dashboards/${id}/panels`, {
    headers: { origin: server.url },
    data: { title: "Money", query: "metric=cost_usd&as=bar", size: "full" },
  });
  expect(added.status()).toBe(201);
  const panels = page.locator("main section h2");
  await expect.poll(() => panels.allTextContents()).toEqual(["Requests by key", "Money"]);
  const act = async (action: string) => {
    await page.getByRole("button", { name: "What can be done with Money" }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await act("Move up");
  await expect.poll(() => panels.allTextContents()).toEqual(["Money", "Requests by key"]);
  await act("Remove");
  await expect.poll(() => panels.allTextContents()).toEqual(["Requests by key"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => panels.allTextContents()).toEqual(["Money", "Requests by key"]);
});

test("a panel is dragged to its place, and moved by the keyboard alone without losing the focus", async () => {
  const stored = async () => {
    const answer = await page.request.get(`${server.url}/api/v1${new URL(page.url()).pathname}`);
    return ((await answer.json()) as { panels: { title: string }[] }).panels.map(({ title }) => title);
  };
  /** On the page, which shows it at once, and in the database. */
  const inOrder = async (...titles: string[]) => {
    await expect.poll(() => page.locator("main section h2").allTextContents(), LATER).toEqual(titles);
    await expect.poll(stored, LATER).toEqual(titles);
  };
  await inOrder("Money", "Requests by key");
  // What was put back has another id, which the page knows for certain when it is fetched anew.
  await page.reload();
  await page.waitForFunction(isReady);
  const money = page.locator("main section", { has: page.getByRole("heading", { name: "Money" }) });
  await money
    .getByTitle("Drag to another place")
    .dragTo(page.getByRole("heading", { name: "Requests by key" }));
  await inOrder("Requests by key", "Money");
  await page.reload();
  await inOrder("Requests by key", "Money");

  await page.waitForFunction(isReady);
  const menu = page.getByRole("button", { name: "What can be done with Money" });
  await menu.focus();
  for (const [action, titles] of [
    ["Move up", ["Money", "Requests by key"]],
    ["Move down", ["Requests by key", "Money"]],
    ["Move up", ["Money", "Requests by key"]],
  ] as const) {
    await page.keyboard.press("Enter");
    // The menu takes the focus when it has opened.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("role")), LATER)
      .toBe("menuitem");
    await page.getByRole("menuitem", { name: action }).focus();
    await page.keyboard.press("Enter");
    await inOrder(...titles);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")), LATER)
      .toBe("What can be done with Money");
  }
});

test("a link shows it without an account", async () => {
  await page.getByRole("button", { name: "Share" }).click();
  await check(page, "sharing");
  await page.getByRole("button", { name: "Make link" }).click();
  await page.getByRole("button", { name: "Copy the link" }).click();
  link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("/share/kgl_");
  for (const options of [{}, { dark: true }, { phone: true }]) {
    const stranger = await browser.open(options);
    const asked: string[] = [];
    stranger.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await stranger.goto(link);
    await stranger.getByRole("figure", { name: "Requests by key" }).waitFor();
    await stranger.getByRole("figure", { name: "Money" }).waitFor();
    await stranger.getByRole("button", { name: "chat-2" }).waitFor();
    await check(stranger, "link");
    const data = asked.filter((path) => path.startsWith("/api/"));
    expect(new Set(data)).toEqual(new Set(["/api/v1/shared/0", "/api/v1/shared/1"]));
    expect(await stranger.locator('meta[name="robots"]').getAttribute("content")).toContain("noindex");
    await stranger.goto(`${server.url}/explore`);
    await stranger.getByLabel("E-mail").waitFor();
    await stranger.context().close();
  }
});

test("until it is revoked", async () => {
  await page.goto(`${server.url}/settings/links`);
  await check(page, "links");
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("Revoked").first().waitFor();
  const stranger = await browser.open();
  await stranger.goto(link);
  await stranger.getByText("This link has ended").first().waitFor();
  await check(stranger, "ended link");
  await stranger.context().close();
  expect(faults).toEqual([]);
  expect(browser.problems).toEqual([]);
});
