import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { faultsOf, isReady, violations } from "../support/page-checks";
import {
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

// What is done most is done by the keyboard alone, in the dark too; the focus is always somewhere; a lost connection leaves
// what can still be read.

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
  page = await browser.open({ dark: true });
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
}

const hasFocus = (target: Locator) =>
  target.evaluate((element) => element.contains(document.activeElement), undefined, LATER);

/** Presses Tab until the focus is there. */
async function tabTo(target: Locator): Promise<void> {
  for (let step = 0; step < 120; step++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${target}`);
}

const pressOn = async (target: Locator, key = "Enter") => {
  await tabTo(target);
  await page.keyboard.press(key);
};

/** Some element of the page has the focus, not the page as a whole. */
const focusIsKept = () =>
  expect.poll(() => page.evaluate(() => document.activeElement?.tagName), LATER).not.toBe("BODY");

async function send(count: number): Promise<void> {
  const call = { key: "sk-keyboard-0001", key_name: "typed", provider: "openai", status: 200 };
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(Array.from({ length: count }, () => call)),
  });
  expect(response.status).toBe(200);
}

test("a channel is created, and what is missing is said by the names of its fields", async () => {
  await open("/channels/new");
  const create = page.getByRole("button", { name: "Create channel" });
  await pressOn(create);
  await page.getByRole("alert").getByText("Name: expected a name").waitFor();
  expect(await faultsOf(page, "channel with errors")).toEqual([]);
  // The first field at fault has the focus.
  expect(await hasFocus(page.getByLabel("Name", { exact: true }))).toBe(true);
  await page.keyboard.type("On call");
  await tabTo(page.getByLabel("Addresses"));
  await page.keyboard.type("oncall@example.com");
  await pressOn(create);
  await page.getByRole("heading", { name: "On call" }).waitFor();
});

test("a rule is created", async () => {
  await open("/rules/new");
  await tabTo(page.getByRole("spinbutton", { name: "Warning threshold" }));
  await page.keyboard.type("20");
  await tabTo(page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("Many requests");
  await pressOn(page.getByRole("button", { name: "Create rule" }));
  await page.getByRole("heading", { name: "Many requests" }).waitFor();
  // The only channel there is was chosen already.
  await page.getByRole("link", { name: "On call" }).waitFor();
});

test("an incident is found and acknowledged", async () => {
  await send(30);
  const incidents = async () =>
    ((await (await page.request.get(`${server.url}/api/v1/incidents`)).json()) as { data: unknown[] }).data;
  await expect.poll(incidents, LATER).toHaveLength(1);
  await open("/incidents");
  const incident = page.getByRole("link", { name: "Many requests" });
  await incident.waitFor(LATER);
  await pressOn(incident);
  const acknowledge = page.getByRole("button", { name: "Acknowledge" });
  await acknowledge.waitFor();
  await page.waitForFunction(isReady);
  await pressOn(acknowledge);
  await page
    .getByText(/acknowledged by/i)
    .first()
    .waitFor();
  await focusIsKept();
});

test("keys are searched and filtered, and one is opened", async () => {
  await open("/keys");
  await page.keyboard.press("/");
  await page.keyboard.type("typ");
  await page.waitForURL(/q=typ/);
  await tabTo(page.getByRole("combobox", { name: "Provider" }));
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "openai" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/provider=openai/);
  await pressOn(page.getByRole("link", { name: "typed" }));
  await page.getByRole("heading", { name: "typed" }).waitFor();
});

test("windows give the focus back, whichever opens", async () => {
  await page.waitForFunction(isReady);
  const add = page.getByRole("button", { name: "Add limit" });
  await pressOn(add);
  await page.getByRole("dialog").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => hasFocus(add), LATER).toBe(true);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await focusIsKept();
});

test("a menu opens with the first press of a key, on its first or last item, and gives the focus back", async () => {
  for (const [key, item] of [
    ["Enter", "System"],
    ["ArrowUp", "Sign out"],
  ] as const) {
    // Loaded anew: what a menu is made of is not there yet.
    await open("/incidents");
    const you = page.getByRole("button", { name: /admin/i }).first();
    await pressOn(you, key);
    const menu = page.getByRole("menu");
    await menu.waitFor();
    const focused = menu.locator(":focus");
    await expect.poll(() => focused.textContent(), LATER).toBe(item);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused.textContent(), LATER).toBe(key === "Enter" ? "Light" : "System");
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    await expect.poll(() => hasFocus(you), LATER).toBe(true);
  }
});

test("what is deleted leaves the focus beside it", async () => {
  await open("/settings/tokens");
  const make = page.getByRole("button", { name: "Make a token" });
  await pressOn(make);
  await tabTo(page.getByRole("dialog").getByLabel("Name"));
  await page.keyboard.type("for a script");
  await pressOn(page.getByRole("dialog").getByRole("button", { name: /Make/ }));
  const done = page.getByRole("dialog").getByRole("button", { name: "Done" });
  await done.waitFor();
  expect(await violations(page)).toEqual([]);
  await pressOn(done);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const row = page.getByRole("row", { name: /for a script/ });
  await pressOn(row.getByRole("button", { name: "Revoke" }));
  await page.getByRole("alertdialog").waitFor();
  expect(await violations(page)).toEqual([]);
  await pressOn(page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }));
  await row.waitFor({ state: "detached" });
  await focusIsKept();
});

test("a lost connection leaves what can still be read", async () => {
  await open("/incidents");
  expect(browser.problems).toEqual([]);
  await page.context().setOffline(true);
  const asked = page.waitForEvent("requestfailed", {
    predicate: (request) => request.url().endsWith("/readyz"),
    ...LATER,
  });
  // Whoever looks at the page again makes it ask for what is new.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await asked;
  await page.getByRole("heading", { name: "Incidents" }).waitFor();
  await page.context().setOffline(false);
});

test("what does not come without a connection is said, and comes once there is one", async () => {
  await send(1);
  // Whose browser has kept nothing of what others opened.
  const fresh = await browser.open();
  await signIn(fresh, server.url, { email: EMAIL, password: PASSWORD });
  await fresh.waitForFunction(isReady);
  await fresh.mouse.move(300, 300);
  await fresh.getByRole("region", { name: "Notifications" }).waitFor({ state: "attached" });
  const requests = fresh.getByRole("figure", { name: /^Requests/ });
  const opened = fresh.locator('[role$="dialog"]:not([data-toast]), [role="menu"]');
  const openings: Record<string, () => Promise<unknown>> = {
    menu: () => fresh.getByRole("button", { name: /admin/i }).first().click(),
    palette: () => fresh.keyboard.press("Control+k"),
    shortcuts: () => fresh.keyboard.press("?"),
    range: () => fresh.getByRole("button", { name: "Custom" }).click(),
    numbers: () => requests.getByRole("button", { name: "Show as a table" }).click(),
  };
  for (const [name, ask] of Object.entries(openings)) {
    await fresh.context().setOffline(true);
    await ask();
    // By selector: it is read aloud by another element, and has no role before it is focused.
    const told = fresh.locator("[data-toast]", { hasText: "This could not be loaded" });
    await told.waitFor(LATER);
    expect(await opened.count(), name).toBe(0);
    await fresh.getByRole("heading", { name: "Overview" }).waitFor();
    await fresh.context().setOffline(false);
    await ask();
    await opened.waitFor(LATER);
    await fresh.keyboard.press("Escape");
    await opened.waitFor({ state: "detached" });
    await told.getByLabel("Dismiss").click();
    await told.waitFor({ state: "detached" });
  }
  // The browser's own words of what it could not fetch.
  browser.problems.length = 0;
  await fresh.context().close();
});
