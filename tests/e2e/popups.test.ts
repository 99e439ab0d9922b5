import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { api, furnish, sendEvents } from "../support/furnished";
import { isReady } from "../support/page-checks";
import { closeFaults, popupFaults } from "../support/popup-checks";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

// Every window, menu and list that opens over a page: axe finds nothing, it fits, the focus goes in and
// comes back, and on a phone a thumb hits what is in it. A new one gets a line in the table.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const DAY_MS = 86_400_000;

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let paths: Record<string, string>;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  paths = await furnish(server.url);
  const post = (path: string, body: unknown) => api(server.url, path, body);
  const put = (path: string, body: unknown) => api(server.url, path, body, "PUT");
  const key = paths.key?.split("/").at(-1);
  await post("/annotations", { text: "Router deployed", key });
  await post("/tokens", { name: "terraform", role: "operator" });
  await post("/users", { name: "Ada", email: "ada@example.com", password: PASSWORD, role: "operator" });
  // Removed by nobody, so nothing may be sent through them: nobody listens there.
  await put("/settings/mail", {
    host: "127.0.0.1",
    port: 9,
    security: "opportunistic",
    user: null,
    password: null,
    from: "keygauge@example.com",
  });
  await put("/settings/twilio", {
    account_sid: `AC${"0".repeat(32)}`,
    auth_token: "none",
    from: "+15551230000",
  });
  // A session that can be ended from others.
  const elsewhere = await browser.open();
  await signIn(elsewhere, server.url, { email: EMAIL, password: PASSWORD });
  await elsewhere.context().close();
  // Of days that a shorter retention would delete.
  await sendEvents(
    server.url,
    [2, 3, 4].map((days) => ({
      key: "sk-popups-old-0001",
      provider: "openai",
      status: 200,
      time: Date.now() - days * DAY_MS,
    })),
  );
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

type Step = (page: Page) => Promise<unknown>;

const inFront = (page: Page) => page.locator('[role="dialog"], [role="alertdialog"]').last();
const button =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("button", { name }).filter({ visible: true }).first().click();
/** A button of the window that is open, and one of what it leads to. */
const then =
  (name: string | RegExp, next: string | RegExp): Step =>
  async (page) => {
    await inFront(page).getByRole("button", { name }).click();
    await inFront(page).getByRole("button", { name: next }).first().waitFor();
  };
const item =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("menuitem", { name }).click();
const choice =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("combobox", { name }).filter({ visible: true }).first().click();
const fill =
  (label: string, text: string): Step =>
  (page) =>
    page.getByLabel(label, { exact: true }).last().fill(text);
const press =
  (keys: string): Step =>
  async (page) => {
    // Where it is pressed is where the focus has to come back to.
    await page.locator("main a").filter({ visible: true }).first().focus();
    await page.keyboard.press(keys);
  };
const check =
  (name: string | RegExp): Step =>
  (page) =>
    page.getByRole("checkbox", { name }).first().check();

const CHOSEN = check("Choose support-bot");
const REQUESTS = (page: Page) => page.getByRole("figure", { name: /^Requests/ }).first();
const chart =
  (name: string): Step =>
  (page) =>
    REQUESTS(page).getByRole("button", { name }).click();

interface Opening {
  name: string;
  /** The page, by its name in what the installation is furnished with. */
  page: string;
  steps: readonly Step[];
  /** Where there is room for it, or need. */
  only?: "desk" | "phone";
}

const OPENINGS: readonly Opening[] = [
  { name: "snooze", page: "incident", steps: [button("Snooze")] },
  { name: "silence an incident", page: "incident", steps: [button("Silence")] },
  { name: "custom range", page: "overview", steps: [button("Custom")] },
  { name: "command palette", page: "overview", steps: [press("Control+k")] },
  {
    name: "command palette with a key",
    page: "overview",
    steps: [press("Control+k"), fill("Find a key, page or action", "prod-ch")],
  },
  { name: "shortcuts", page: "overview", steps: [press("?")], only: "desk" },
  { name: "one's own menu", page: "overview", steps: [button(/admin/i)], only: "desk" },
  { name: "one's own menu", page: "overview", steps: [button("You")], only: "phone" },
  { name: "more pages", page: "overview", steps: [button("More")], only: "phone" },
  { name: "numbers behind a chart", page: "overview", steps: [chart("Show as a table")] },
  { name: "menu of a chart", page: "overview", steps: [chart("Download and more")] },
  { name: "add a key", page: "keys", steps: [button("Add key")] },
  { name: "add a key, refused", page: "keys", steps: [button("Add key"), then("Add key", "Add key")] },
  { name: "views", page: "keys", steps: [button("Views")] },
  { name: "columns", page: "keys", steps: [button("Columns")] },
  { name: "providers", page: "keys", steps: [choice("Provider")] },
  { name: "pool of keys", page: "keys", steps: [CHOSEN, button("Pool")] },
  { name: "tag keys", page: "keys", steps: [CHOSEN, button(/^Tag$/)] },
  { name: "silence keys", page: "keys", steps: [CHOSEN, button("Silence")] },
  { name: "limit keys", page: "keys", steps: [CHOSEN, button("Limit")] },
  { name: "block keys", page: "keys", steps: [CHOSEN, button(/^Block$/)] },
  { name: "retire keys", page: "keys", steps: [CHOSEN, button("Retire")] },
  { name: "actions of a key", page: "key", steps: [button("Actions")] },
  { name: "rename a key", page: "key", steps: [button("Actions"), item("Rename, move or tag")] },
  { name: "delete a key", page: "key", steps: [button("Actions"), item(/Delete/)] },
  { name: "silence a key", page: "key", steps: [button("Silence")] },
  { name: "compare a key", page: "key", steps: [button("Compare")] },
  { name: "other keys", page: "key", steps: [button("Compare"), item(/With other keys/)] },
  { name: "add a limit", page: "key", steps: [button("Add limit")] },
  { name: "change a limit", page: "key", steps: [button("Change limit")] },
  { name: "delete a limit", page: "key", steps: [button("Delete limit")] },
  { name: "annotations", page: "key", steps: [chart("Download and more"), item("Annotate")] },
  {
    name: "delete an annotation",
    page: "key",
    steps: [chart("Download and more"), item("Annotate"), then(/^Delete/, "Delete")],
  },
  { name: "silence a pool", page: "pool", steps: [button("Silence")] },
  { name: "rules of incidents", page: "incidents", steps: [choice("Rule")] },
  { name: "end a silence", page: "silences", steps: [button("End now")] },
  { name: "cancel a silence", page: "silences to come", steps: [button("Cancel")] },
  { name: "test a rule", page: "rule", steps: [button("Test")] },
  { name: "delete a rule", page: "rule", steps: [button("Delete")] },
  { name: "metrics of a rule", page: "new rule", steps: [choice(/.*/)] },
  { name: "past of a rule", page: "changed rule", steps: [choice("Past to try it on")] },
  { name: "menu of a rule's past", page: "changed rule", steps: [button("Download and more")] },
  { name: "numbers of a rule's past", page: "changed rule", steps: [button("Show as a table")] },
  { name: "test a channel", page: "channel", steps: [button("Send a test")] },
  { name: "quiet hours", page: "channel", steps: [button(/^Change$/)] },
  { name: "delete a channel", page: "channel", steps: [button("Delete")] },
  { name: "send again", page: "delivery", steps: [button("Send again")] },
  { name: "rotate a token", page: "source", steps: [button("Set-up"), button("Rotate token")] },
  { name: "edit a source", page: "source", steps: [button("Edit")] },
  { name: "delete a source", page: "source", steps: [button("Delete")] },
  { name: "new dashboard", page: "dashboards", steps: [button("New dashboard")] },
  { name: "share a dashboard", page: "dashboard", steps: [button("Share")] },
  { name: "menu of a dashboard", page: "dashboard", steps: [button("Change the dashboard")] },
  {
    name: "rename a dashboard",
    page: "dashboard",
    steps: [button("Change the dashboard"), item("Rename")],
  },
  { name: "delete a dashboard", page: "dashboard", steps: [button("Delete the dashboard")] },
  { name: "menu of a panel", page: "dashboard", steps: [button(/^What can be done with/)] },
  {
    name: "rename a panel",
    page: "dashboard",
    steps: [button(/^What can be done with/), item("Rename")],
  },
  { name: "filter", page: "explore", steps: [button("Filter")] },
  { name: "group by", page: "explore", steps: [choice("Group by")] },
  { name: "pin", page: "explore", steps: [button("Pin")] },
  { name: "share", page: "explore", steps: [button("Share")] },
  { name: "the link is ready", page: "explore", steps: [button("Share"), then("Make link", /^Copy/)] },
  { name: "demo traffic", page: "start", steps: [button("Switch on")] },
  { name: "revoke a link", page: "links", steps: [button("Revoke")] },
  { name: "make a token", page: "tokens", steps: [button("Make a token")] },
  {
    name: "the token is made",
    page: "tokens",
    steps: [button("Make a token"), fill("Name", "a script"), then("Make token", /^Copy/)],
  },
  { name: "revoke a token", page: "tokens", steps: [button(/^Revoke terraform/)] },
  { name: "invite", page: "people", steps: [button(/^Invite$/)] },
  {
    name: "the invitation is made",
    page: "people",
    steps: [button(/^Invite$/), fill("E-mail", "new@example.com"), then("Invite", /^Copy/)],
  },
  { name: "invite again", page: "people", steps: [button(/^Invite .* again/)] },
  { name: "take an invitation back", page: "people", steps: [button(/^Take back/)] },
  { name: "reset a password", page: "people", steps: [button("Reset the password of Ada")] },
  {
    name: "a new password",
    page: "people",
    steps: [button("Reset the password of Ada"), then("Reset password", /^Copy/)],
  },
  { name: "remove somebody", page: "people", steps: [button("Remove Ada")] },
  { name: "role", page: "people", steps: [choice("Role of Ada")] },
  { name: "encryption", page: "mail server", steps: [choice("Encryption")] },
  { name: "remove the mail server", page: "mail server", steps: [button("Remove")] },
  { name: "remove the Twilio account", page: "sms", steps: [button("Remove")] },
  { name: "where the SMS day begins", page: "sms", steps: [choice("Time zone")] },
  { name: "where messages go beyond the budget", page: "sms", steps: [choice("Used up, messages go to")] },
  {
    name: "delete older events",
    page: "retention",
    steps: [(page) => page.getByLabel("Keep single events for").fill("1"), button("Save")],
  },
];

describe.each([
  { device: "desk", phone: false },
  { device: "phone", phone: true },
] as const)("on a $device", ({ device, phone }) => {
  let page: Page;
  beforeAll(async () => {
    page = await browser.open({ phone });
    await signIn(page, server.url, { email: EMAIL, password: PASSWORD });
    page.setDefaultTimeout(8_000);
  });
  afterAll(() => page?.context().close());

  test.each(OPENINGS.filter(({ only = device }) => only === device))("$name ($page)", async (opening) => {
    await page.goto(`${server.url}${paths[opening.page]}`);
    await page.waitForFunction(isReady);
    for (const step of opening.steps) await step(page);
    const faults = await popupFaults(page, { phone });
    expect([...faults, ...(await closeFaults(page))]).toEqual([]);
    expect(browser.problems.splice(0)).toEqual([]);
  });
});
