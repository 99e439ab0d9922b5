import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

export interface Browser {
  /** A page whose console errors, failed requests and crashes are kept in `problems`. */
  open(options?: { phone?: boolean; dark?: boolean; context?: BrowserContext }): Promise<Page>;
  /** What went wrong on any page so far; a test ends by expecting none. */
  problems: string[];
  close(): Promise<void>;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium with a profile of its own. */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "keygauge-chromium-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  const problems: string[] = [];
  return {
    problems,
    async open({ phone = false, dark = false, context } = {}) {
      const owner =
        context ??
        (await browser.newContext({
          viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
          colorScheme: dark ? "dark" : "light",
          hasTouch: phone,
          reducedMotion: "reduce",
          timezoneId: "Europe/Berlin",
        }));
      const page = await owner.newPage();
      page.on("console", (message) => {
        // With which status a page itself answers is its test's to expect.
        if (message.text().includes("status of 404") && message.location().url === page.url()) return;
        if (message.type() === "error" || message.type() === "warning")
          problems.push(`console: ${message.text()} ${message.location().url}`.trimEnd());
      });
      page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
      page.on("response", (response) => {
        if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`);
      });
      return page;
    },
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Signs in on the page of the server at `url`, and waits for the overview. */
export async function signIn(
  page: Page,
  url: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}
