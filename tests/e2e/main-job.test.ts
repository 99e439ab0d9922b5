import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, startBrowser } from "../support/browser";
import { faultsOf, isReady } from "../support/page-checks";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";
import { type SmtpTestServer, startSmtp } from "../support/smtp";
import { startTwilio, type TwilioTestServer } from "../support/twilio";

// The main job as a stranger does it, from the set-up link to the "resolved" mail, on the production build.

let installation: Installation;
let smtp: SmtpTestServer;
let twilio: TwilioTestServer;
let server: ServerProcess;
let browser: Browser;
let page: Page;
let token: string;

const PASSWORD = "correct horse battery staple";

beforeAll(async () => {
  installation = createInstallation();
  smtp = await startSmtp();
  twilio = await startTwilio();
  server = await startServer({
    dataDir: installation.dataDir,
    env: {
      // An installation with nothing in it.
      KEYGAUGE_INGEST_TOKEN: "",
      SMTP_URL: smtp.url,
      MAIL_FROM: "Keygauge <keygauge@example.com>",
      TWILIO_ACCOUNT_SID: twilio.settings.accountSid,
      TWILIO_AUTH_TOKEN: twilio.settings.authToken,
      TWILIO_FROM: twilio.settings.from,
      TWILIO_BASE_URL: twilio.baseUrl,
    },
  });
  browser = await startBrowser();
  page = await browser.open();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.close();
  await twilio?.close();
  await installation?.remove();
});

async function post(events: Record<string, unknown>[]): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
}

const calls = (count: number) =>
  Array.from({ length: count }, () => ({
    key: "sk-proj-4f8Kd02mVwLq7ZtX",
    key_name: "prod-chat",
    provider: "openai",
    model: "gpt-5",
    status: 200,
    latency_ms: 420,
    input_tokens: 900,
    output_tokens: 120,
    cost_usd: 0.01,
  }));

test("the set-up link creates the first admin and signs in", async () => {
  const line = server.output.find((text) => text.includes("/setup?token="));
  const link = new URL(/https?:\S+/.exec(line ?? "")?.[0] ?? "");
  await page.goto(`${server.url}${link.pathname}${link.search}`);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill("ada@example.com");
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.getByRole("heading", { name: "Getting started" }).waitFor();
  // Used once: the link is worth nothing now.
  const stranger = await browser.open();
  await stranger.goto(`${server.url}${link.pathname}${link.search}`);
  await stranger.locator('input[type="password"]').waitFor({ state: "detached" });
  await stranger.context().close();
});

test("a source gives its token once and shows the first event", async () => {
  await page.waitForFunction(isReady);
  await page.getByLabel("Name").fill("litellm-prod");
  await page.getByRole("button", { name: "Create source" }).click();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const shown = (await page.getByTestId("secret").textContent()) ?? "";
  token = /kgi_[\w-]+/.exec(shown)?.[0] ?? "";
  await post(calls(1));
  await page.getByText("The first event has arrived.").waitFor();
  // The step turns by the live stream, and what arrived stays in sight.
  await page.getByRole("heading", { name: "Send the first event (done)" }).waitFor();
  expect(await page.getByText("The first event has arrived.").count()).toBe(1);
});

test("its key is given a limit on the same page, and a reload knows of both", async () => {
  await page.getByRole("button", { name: "Limit prod-chat" }).click();
  await page.getByLabel("Amount").fill("1000000");
  await page.getByRole("button", { name: "Add limit" }).click();
  await page.getByRole("heading", { name: "Say what a key may use (done)" }).waitFor();
  await page.reload();
  await page.getByText("2 of 4 done").waitFor();
});

test("the overview moves while it is open", async () => {
  await page.goto(server.url);
  const today = page.getByText("Requests today").locator("xpath=following-sibling::*[1]");
  await today.filter({ hasText: /^1$/ }).waitFor();
  await post(calls(6));
  await today.filter({ hasText: /^7$/ }).waitFor();
  await page.getByText("prod-chat").first().waitFor();
});

async function addChannel(kind: "E-mail" | "SMS", name: string, to: string): Promise<void> {
  await page.goto(`${server.url}/channels/new`);
  await page.getByRole("radio", { name: kind }).click();
  await fillChannel(name, to);
}

async function fillChannel(name: string, to: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.locator('[name="config.to"]').fill(to);
  await page.locator('button[type="submit"]').click();
  await page.getByRole("heading", { name }).waitFor();
}

test("a channel's test sends through the same path and shows the provider's answer", async () => {
  await page.goto(`${server.url}/start`);
  await page.getByRole("link", { name: "E-mail", exact: true }).click();
  await fillChannel("On call", "oncall@example.com");
  await page.getByRole("button", { name: "Send a test" }).click();
  const [mail] = await smtp.waitFor(1);
  expect(mail?.recipients).toEqual(["oncall@example.com"]);
  await page.getByRole("dialog").getByText(/250/).first().waitFor();
  await addChannel("SMS", "Pager", "+15557654321");
});

async function choose(label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).first().click();
  // While it closes, the list still covers the page.
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

test("a rule set in the form fires, by mail and SMS, when its threshold is crossed", async () => {
  await page.goto(`${server.url}/rules/new`);
  await choose("Metric", /^requests/);
  await choose("Within", "a custom length");
  await page.getByRole("textbox", { name: "Length" }).fill("10");
  await choose("Length", /seconds/i);
  await choose("Comparison", /at least/);
  await page.getByRole("spinbutton", { name: "Warning threshold" }).fill("40");
  await page.getByLabel("Name", { exact: true }).fill("Requests near the limit");
  await page.getByRole("combobox", { name: "Tell" }).click();
  for (const channel of ["On call", "Pager"]) await page.getByRole("option", { name: channel }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Create rule" }).click();
  await page.getByRole("heading", { name: "Requests near the limit" }).waitFor();

  // Gateways' clocks may run ahead: the next two buckets are full as well, so that there is time to acknowledge.
  const ahead = (ms: number) => calls(60).map((call) => ({ ...call, time: Date.now() + ms }));
  await post([...calls(60), ...ahead(10_000), ...ahead(20_000)]);
  const mails = await smtp.waitFor((all) => all.some(({ mail }) => mail.subject?.includes("prod-chat")));
  const fired = mails.at(-1)?.mail;
  // Calls of the tests before may stand in the same ten seconds.
  const said = /(\d+) requests in 10 s/.exec(fired?.text ?? "")?.[1];
  expect(Number(said)).toBeGreaterThanOrEqual(60);
  expect(fired?.text).toContain("≥ 40");
  expect(fired?.text).not.toContain("sk-proj");
  const [sms] = await twilio.waitFor(1);
  expect(sms?.to).toBe("+15557654321");
  expect(sms?.body.length).toBeLessThanOrEqual(160);
});

test("the incident is acknowledged in the console and resolves with a mail in the same thread", async () => {
  await page.goto(`${server.url}/incidents`);
  await page
    .getByRole("link", { name: /Requests near the limit/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page
    .getByText(/acknowledged by/i)
    .first()
    .waitFor();
  // The window is 10 s long: it drains while nothing more is sent.
  const mails = await smtp.waitFor((all) => all.length >= 3, 60_000);
  const [, fired, resolved] = mails.map(({ mail }) => mail);
  expect(resolved?.subject?.toLowerCase()).toContain("resolved");
  const thread = [fired?.references].flat()[0];
  expect(thread).toEqual(expect.any(String));
  expect([resolved?.references].flat()).toContain(thread);
  await page
    .getByText(/resolved/i)
    .first()
    .waitFor();
});

test("nothing of the set-up is left to do", async () => {
  await page.goto(`${server.url}/start`);
  await page.getByText("Everything is in place").waitFor();
  expect(await page.getByRole("link", { name: /^Getting started/ }).count()).toBe(0);
});

test("somebody is invited by mail, chooses a password and is signed in", async () => {
  await page.goto(`${server.url}/settings/people`);
  await page.waitForFunction(isReady);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("E-mail").fill("grace@example.com");
  await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
  await page.getByText("The link went out by mail.").waitFor();
  const mails = await smtp.waitFor((all) =>
    all.some(({ recipients }) => recipients[0] === "grace@example.com"),
  );
  const token = /\/invite\?token=[\w-]+/.exec(mails.at(-1)?.mail.text ?? "")?.[0] ?? "";
  const context = await page.context().browser()?.newContext({ reducedMotion: "reduce" });
  const grace = await browser.open({ ...(context === undefined ? {} : { context }) });
  await grace.goto(`${server.url}${token}`);
  expect(await faultsOf(grace, "invitation")).toEqual([]);
  await grace.getByLabel("Name").fill("Grace Hopper");
  await grace.locator('input[type="password"]').fill(PASSWORD);
  await grace.getByRole("button", { name: "Create account" }).click();
  await grace.getByRole("heading", { name: "Overview" }).waitFor();
  await grace.goto(`${server.url}${token}`);
  await grace.getByText("This invitation does not work any more").waitFor();
  await grace.context().close();
});

test("nothing went wrong on any page", () => {
  expect(browser.problems).toEqual([]);
});
