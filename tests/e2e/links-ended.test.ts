import type pg from "pg";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import { type Browser, signIn, startBrowser } from "../support/browser";
import { api } from "../support/furnished";
import { faultsOf } from "../support/page-checks";
import { createInstallation, type Installation, type ServerProcess, startServer } from "../support/server";

// A link that has ended, whatever it was for and however it ended, leads to a page that says what happened and what to do.

const EMAIL = "admin@example.com";
const PASSWORD = "correct horse battery staple";
const LATER = { timeout: 20_000 };

let installation: Installation;
let server: ServerProcess;
let browser: Browser;
let pool: pg.Pool;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({
    dataDir: installation.dataDir,
    env: { KEYGAUGE_ADMIN_EMAIL: EMAIL, KEYGAUGE_ADMIN_PASSWORD: PASSWORD },
  });
  browser = await startBrowser();
  pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
});

afterAll(async () => {
  await pool?.end();
  await browser?.close();
  await server?.stop();
  await installation?.remove();
});

const post = <T>(path: string, body: unknown) => api<T>(server.url, path, body);

async function remove(path: string): Promise<void> {
  const page = await admin();
  const answer = await page.request.delete(`${server.url}/api/v1${path}`, {
    headers: { origin: server.url },
  });
  expect(answer.status()).toBe(204);
}

let signedIn: Page | undefined;
async function admin(): Promise<Page> {
  if (signedIn === undefined) {
    signedIn = await browser.open();
    await signIn(signedIn, server.url, { email: EMAIL, password: PASSWORD });
  }
  return signedIn;
}

/** What a stranger sees at an address of this server: the status, the heading, and nothing wrong with the page. */
async function seen(address: string): Promise<{ status: number | undefined; title: string }> {
  const { pathname, search } = new URL(address);
  let first: { status: number | undefined; title: string } | undefined;
  for (const options of [{}, { dark: true }, { phone: true }]) {
    const page = await browser.open(options);
    const status = (await page.goto(`${server.url}${pathname}${search}`))?.status();
    const title = await page.getByRole("heading", { level: 1 }).textContent();
    expect(await faultsOf(page, pathname)).toEqual([]);
    first ??= { status, title: title ?? "" };
    await page.context().close();
  }
  if (first === undefined) throw new Error("nothing was opened");
  expect(browser.problems.splice(0)).toEqual([]);
  return first;
}

const invite = async (email: string): Promise<string> =>
  (await post<{ link: string }>("/invitations", { email, role: "operator" })).link;

const share = async (of: object): Promise<{ id: string; url: string }> =>
  post("/shares", { title: "Traffic", expires_in: "1h", ...of });

const NO_INVITATION = { status: 404, title: "This invitation does not work any more" };
const NO_SHARE = { status: 404, title: "This link has ended" };

test("an invitation is seen until it is used, replaced, taken back or has expired", async () => {
  const used = await invite("used@example.com");
  expect(await seen(used)).toEqual({ status: 200, title: "Welcome to Keygauge" });
  const page = await browser.open();
  await page.goto(used);
  await page.getByLabel("Name").fill("Grace");
  await page.locator('input[type="password"]').first().fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor(LATER);
  await page.context().close();
  expect(await seen(used)).toEqual(NO_INVITATION);

  const replaced = await invite("replaced@example.com");
  await invite("replaced@example.com");
  expect(await seen(replaced)).toEqual(NO_INVITATION);

  const expired = await invite("expired@example.com");
  await pool.query(
    `UPDATE invitation SET "expires_at" = now() - interval '1 second' WHERE email = 'expired@example.com'`,
  );
  expect(await seen(expired)).toEqual(NO_INVITATION);

  expect(await seen(`${server.url}/invite`)).toEqual(NO_INVITATION);
});

test("an invitation that ends while its form is filled in says so, and keeps what was typed", async () => {
  const link = await invite("slow@example.com");
  const page = await browser.open();
  await page.goto(link);
  await page.getByLabel("Name").fill("Slow");
  await page.locator('input[type="password"]').first().fill(PASSWORD);
  await pool.query(
    `UPDATE invitation SET "expires_at" = now() - interval '1 second' WHERE email = 'slow@example.com'`,
  );
  await page.getByRole("button", { name: "Create account" }).click();
  await page
    .getByRole("alert")
    .getByText(/invitation/i)
    .first()
    .waitFor(LATER);
  expect(await page.getByLabel("Name").inputValue()).toBe("Slow");
  await page.context().close();
  expect(browser.problems.splice(0)).toEqual([]);
});

test("a shared view is seen until its link is revoked or has expired, or its dashboard is deleted", async () => {
  const query = "metric=requests&as=line&range=1h";
  const revoked = await share({ query });
  expect(await seen(revoked.url)).toEqual({ status: 200, title: "Traffic" });
  await remove(`/shares/${revoked.id}`);
  expect(await seen(revoked.url)).toEqual(NO_SHARE);

  const expired = await share({ query });
  await pool.query("UPDATE share_link SET expires_at = now() - interval '1 second' WHERE id = $1", [
    expired.id,
  ]);
  expect(await seen(expired.url)).toEqual(NO_SHARE);

  const dashboard = await post<{ id: string }>("/dashboards", { name: "Traffic" });
  await post(`/dashboards/${dashboard.id}/panels`, { title: "Requests", query });
  const gone = await share({ dashboard: dashboard.id });
  expect(await seen(gone.url)).toEqual({ status: 200, title: "Traffic" });
  await remove(`/dashboards/${dashboard.id}`);
  expect(await seen(gone.url)).toEqual(NO_SHARE);

  expect(await seen(`${server.url}/share/kgl_cut`)).toEqual(NO_SHARE);
});

test("a shared view that is open when its link is revoked goes as well", async () => {
  const { id, url } = await share({ query: "metric=requests&as=line&range=1h" });
  const page = await browser.open();
  await page.goto(url);
  await page.getByRole("figure").first().waitFor();
  await remove(`/shares/${id}`);
  await page.getByRole("heading", { name: NO_SHARE.title }).waitFor(LATER);
  expect(await page.getByRole("figure").count()).toBe(0);
  await page.context().close();
  browser.problems.splice(0);
});

test("a browser that looks for the site's icon before a page has named one finds it", async () => {
  const answer = await fetch(`${server.url}/favicon.ico`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/x-icon"]);
});

test.each(["/ack/cut", "/unsubscribe/cut/confirm"])(
  "%s, cut short by a mail program, says so",
  async (path) => {
    expect(await seen(`${server.url}${path}`)).toEqual({ status: 404, title: "This link does not work" });
  },
);
