import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blankDraft } from "@/components/rules/draft-change";
import { TEMPLATES } from "@/components/rules/templates";
import { type Browser, startBrowser } from "../support/browser";
import { faultsOf, isReady } from "../support/page-checks";
import {
  ADMIN_TOKEN,
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

// A rule as an operator makes it: a template, what it would have done, a test through its channels.

let installation: Installation;
let smtp: SmtpTestServer;
let server: ServerProcess;
let browser: Browser;
let page: Page;

const LOGIN = { email: "ada@example.com", password: "correct horse battery staple" };
const LIMIT = 100;

beforeAll(async () => {
  installation = createInstallation();
  smtp = await startSmtp();
  server = await startServer({
    dataDir: installation.dataDir,
    env: {
      SMTP_URL: smtp.url,
      MAIL_FROM: "Keygauge <keygauge@example.com>",
      KEYGAUGE_ADMIN_TOKEN: ADMIN_TOKEN,
      KEYGAUGE_INGEST_TOKEN: INGEST_TOKEN,
      KEYGAUGE_ADMIN_EMAIL: LOGIN.email,
      KEYGAUGE_ADMIN_PASSWORD: LOGIN.password,
    },
  });
  await prepare();
  browser = await startBrowser();
  page = await browser.open();
  await page.goto(`${server.url}/login`);
  await page.getByLabel("E-mail").fill(LOGIN.email);
  await page.locator('input[type="password"]').fill(LOGIN.password);
  await page.locator('button[type="submit"]').click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.close();
  await installation?.remove();
});

async function api<T>(path: string, body?: unknown, token = ADMIN_TOKEN): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status, path).toBeLessThan(300);
  return response.json() as Promise<T>;
}

/** Two keys, one of which ran dry yesterday, ten minutes after it had used 80 % of its limit. */
async function prepare(): Promise<void> {
  const yesterday = Date.now() - 24 * 3_600_000;
  const call = { provider: "openai", status: 200, latency_ms: 300 };
  const at = (key: string, minutes: number, fields = {}) => ({
    ...call,
    key: `sk-${key}-0123456789`,
    key_name: key,
    time: yesterday + minutes * 60_000,
    ...fields,
  });
  const busy = [
    ...Array.from({ length: 85 }, (_, i) => at("prod-chat", i * 0.1)),
    ...Array.from({ length: 15 }, (_, i) => at("prod-chat", 10 + i * 0.5)),
    at("prod-chat", 20, { status: 402 }),
  ];
  const quiet = Array.from({ length: 12 }, (_, i) => at("batch", i * 60));
  await api("/events", [...busy, ...quiet], INGEST_TOKEN);
  const keys = await api<{ data: { id: string }[] }>("/keys");
  for (const { id } of keys.data) {
    await api(`/keys/${id}/limits`, { metric: "requests", amount: LIMIT, window: "1h", time_zone: "UTC" });
  }
  await api("/channels", { name: "On call", kind: "email", config: { to: ["oncall@example.com"] } });
}

const preview = () => page.getByTestId("rule-preview");

async function choose(label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).first().click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

test("a template shows what it would have done, while it is typed", async () => {
  await page.goto(`${server.url}/rules`);
  await page.getByRole("link", { name: /Limit nearly used/ }).click();
  await page.getByRole("heading", { name: "New rule" }).waitFor();
  await preview().getByText("fired once", { exact: false }).waitFor();
  const past = preview().getByRole("region", { name: "It would have" });
  await past.getByText("prod-chat").first().waitFor();
  await past.getByText(/1\d min.* before/).waitFor();
  await preview().getByText("None of 2 watched is over a threshold.").waitFor();
  // Nobody asked for that much: the same rule would have stayed quiet.
  await page.getByRole("spinbutton", { name: "Critical threshold" }).fill("120");
  await page.getByRole("spinbutton", { name: "Warning threshold" }).fill("110");
  await past.getByText("stayed quiet.").waitFor();
  await past.getByText("no warning").waitFor();
  await page.getByRole("spinbutton", { name: "Warning threshold" }).fill("80");
  await page.getByRole("spinbutton", { name: "Critical threshold" }).fill("95");
  await past.getByText("fired once", { exact: false }).waitFor();
  expect(await faultsOf(page, "new rule")).toEqual([]);
});

test("what cannot be read is said while it is typed, and nothing waits for a preview of it", async () => {
  const warning = page.getByRole("spinbutton", { name: "Warning" });
  const typed = await warning.inputValue();
  await warning.fill("97");
  await page.getByText("The critical threshold must be above the warning threshold").waitFor();
  await page.getByText("of the rule before the last change").waitFor();
  expect(await preview().getAttribute("aria-busy")).toBe("false");
  await warning.fill(typed);
  await page.getByText("of the rule before the last change").waitFor({ state: "detached" });
});

test("a preview that did not come is asked for again", async () => {
  const known = browser.problems.length;
  const warning = page.getByRole("spinbutton", { name: "Warning threshold" });
  await page.route("**/api/v1/rules/preview", (route) => route.abort());
  await warning.fill("81");
  await preview().getByText("Keygauge does not answer.").waitFor();
  await page.unroute("**/api/v1/rules/preview");
  await preview().getByRole("button", { name: "Try again" }).click();
  await preview().getByText("fired once", { exact: false }).waitFor();
  await warning.fill("80");
  // The browser's own words of what it could not fetch.
  browser.problems.splice(known);
});

test("saved, it is tested through its channels", async () => {
  await page.getByRole("button", { name: "Create rule" }).click();
  await page.getByRole("heading", { name: "Limit nearly used" }).waitFor();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const [mail] = await smtp.waitFor(1);
  expect(mail?.recipients).toEqual(["oncall@example.com"]);
  expect(mail?.mail.subject?.toLowerCase()).toContain("test");
  const dialog = page.getByRole("dialog", { name: /^Test of/ });
  await dialog.getByText("On call").waitFor();
  await dialog.getByText(/^Sent|^Delivered/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("the same rule again is pointed out, and so is one that can never fire", async () => {
  await page.goto(`${server.url}/rules/new?template=limit`);
  await page.getByText("watches exactly the same", { exact: false }).waitFor();
  await choose("Metric", /^error rate/);
  await choose("Comparison", "more than");
  await page.getByRole("spinbutton", { name: "Warning threshold" }).fill("100");
  await page.getByRole("switch", { name: "Critical tier" }).click();
  await page.getByText("can never fire: Error rate is never above 100 %", { exact: false }).waitFor();
});

test("a step of escalation is set behind more options", async () => {
  await page.goto(`${server.url}/rules`);
  await page.getByRole("link", { name: "Limit nearly used", exact: true }).click();
  await page.getByRole("link", { name: "Change" }).click();
  await page.getByRole("heading", { name: "Change the rule" }).waitFor();
  await page.waitForFunction(isReady);
  const step = page.getByRole("button", { name: "Add a step" });
  if (!(await step.isVisible())) await page.getByRole("button", { name: "More options" }).click();
  await step.click();
  await page.getByRole("combobox", { name: "Tell at step 1" }).click();
  await page.getByRole("option", { name: "On call" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save rule" }).click();
  await page.getByText("After 15 min").waitFor();
});

test("it all fits on a phone, in the dark", async () => {
  const phone = await browser.open({ phone: true, dark: true });
  await phone.context().addCookies(await page.context().cookies());
  await phone.goto(`${server.url}/rules/new?template=limit`);
  await phone.getByText("fired once", { exact: false }).waitFor();
  expect(await faultsOf(phone, "new rule on a phone")).toEqual([]);
  await phone.context().close();
});

test("nothing went wrong on any page", () => {
  expect(browser.problems).toEqual([]);
});

test("each template is a rule after two presses of a key, with nothing else filled in", async () => {
  const before = await api<{ data: { id: string }[] }>("/rules");
  for (const { title } of TEMPLATES) {
    await page.goto(`${server.url}/rules/new`);
    const chip = page.getByRole("navigation", { name: "Start from" }).getByRole("link", { name: title });
    await chip.press("Enter");
    await page.locator('[aria-current="true"]', { hasText: title }).waitFor();
    await page.getByRole("button", { name: "Create rule" }).press("Enter");
    await page.waitForURL(/\/rules\/rule_[0-9a-z]+$/);
  }
  const after = await api<{ data: { id: string; name: string; channels: string[] }[] }>("/rules");
  const made = after.data.filter(({ id }) => !before.data.some((old) => old.id === id));
  const names = TEMPLATES.map(({ fill }) => fill(blankDraft("UTC")).name);
  expect(made.map(({ name }) => name).sort()).toEqual(names.sort());
  // Nobody would hear of a rule without a channel.
  expect(made.every(({ channels }) => channels.length === 1)).toBe(true);
});
