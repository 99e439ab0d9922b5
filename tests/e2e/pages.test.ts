import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { furnish } from "../support/furnished";
import { faultsOf, isReady, violations } from "../support/page-checks";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

// Every page with data in it: axe finds nothing, nothing overflows sideways, no error on the console, in both themes and
// on a phone.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";

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
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

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
