import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { isReady } from "@/tests/support/page-checks";

const THROTTLING = 4;
const SETTLE_MS = 1_500;

export const ACCOUNT = { email: "bench@example.com", password: "correct horse battery staple" };

/** A signed-in Chromium on a console. */
export interface Viewer {
  open(path: string): Promise<Page>;
  /** The page as somebody sees it first: nothing cached, a slow machine. */
  firstLoad(path: string): Promise<FirstLoad>;
  /** The same without what is fetched for pages a click away: the scripts that are the page's own. */
  ownScripts(path: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface FirstLoad {
  firstPaintMs: number;
  largestPaintMs: number;
  scripts: Script[];
}

export interface Script {
  path: string;
  /** As it came over the wire: compressed, without the answer's headers. */
  bytes: number;
  /** The document names it; others are asked for by scripts. */
  isNamed: boolean;
}

export async function startViewer(url: string): Promise<Viewer> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await signIn(context, url);
  const state = await context.storageState();
  return {
    async open(path) {
      const page = await context.newPage();
      await page.goto(`${url}${path}`);
      await page.waitForFunction(isReady);
      return page;
    },
    firstLoad: (path) => firstLoad(browser, state, `${url}${path}`),
    async ownScripts(path) {
      const { scripts } = await firstLoad(browser, state, `${url}${path}`, { prefetching: false });
      return scripts.map((script) => script.path);
    },
    close: () => browser.close(),
  };
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel("E-mail").fill(ACCOUNT.email);
  await page.locator('input[type="password"]').fill(ACCOUNT.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.close();
}

async function firstLoad(
  browser: Browser,
  storageState: Awaited<ReturnType<BrowserContext["storageState"]>>,
  url: string,
  { prefetching }: { prefetching: boolean } = { prefetching: true },
): Promise<FirstLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLING });
  if (!prefetching)
    await page.route(
      (asked) => asked.searchParams.has("_rsc"),
      (route) => route.abort(),
    );
  const html = (await (await page.goto(url))?.text()) ?? "";
  await page.waitForFunction(isReady);
  // What comes late counts too: the drawing library is fetched once the page's words are there.
  await page.waitForTimeout(SETTLE_MS);
  const paints = await page.evaluate(
    () =>
      new Promise<{ first: number; largest: number }>((resolve) => {
        new PerformanceObserver((list) => {
          const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
          resolve({ first, largest: list.getEntries().at(-1)?.startTime ?? Number.NaN });
        }).observe({ type: "largest-contentful-paint", buffered: true });
      }),
  );
  const fetched = await page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).map(
      ({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize }),
    ),
  );
  await context.close();
  const named = new Set([...html.matchAll(/<script[^>]* src="([^"?]+)/g)].map(([, src]) => src));
  // One that is preloaded and then run is in the list twice.
  const scripts = new Map(fetched.filter(({ path }) => path.endsWith(".js")).map((one) => [one.path, one]));
  return {
    firstPaintMs: paints.first,
    largestPaintMs: paints.largest,
    scripts: [...scripts.values()].map((script) => ({ ...script, isNamed: named.has(script.path) })),
  };
}

/** Clicks links of `names` in turn; ms from each click to the frame that shows what it asks for, ascending. */
export async function changes(page: Page, names: readonly RegExp[], count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const name = names[i % names.length];
    if (name === undefined) break;
    const link = page.getByRole("link", { name }).first();
    await link.waitFor();
    times.push(
      await link.evaluate(
        (element) =>
          new Promise<number>((resolve) => {
            const began = performance.now();
            const look = () => {
              if (element.getAttribute("aria-current") !== "true") return false;
              // Chosen at once; what is shown is still the former's as long as something is busy.
              if (document.querySelector('main [aria-busy="true"]') !== null) return false;
              // The frame after the one that draws it.
              requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
              return true;
            };
            const observer = new MutationObserver(() => look() && observer.disconnect());
            observer.observe(document.body, { subtree: true, attributes: true, childList: true });
            (element as HTMLElement).click();
          }),
      ),
    );
    await page.waitForFunction(isReady);
  }
  return times.sort((a, b) => a - b);
}

/** Frames a second, second by second, over `seconds`. */
export function framesOf(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    (count) =>
      new Promise<number[]>((resolve) => {
        const began = performance.now();
        const frames: number[] = Array.from({ length: count }, () => 0);
        const step = () => {
          const second = Math.floor((performance.now() - began) / 1_000);
          if (second >= count) return resolve(frames);
          frames[second] = (frames[second] ?? 0) + 1;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    seconds,
  );
}

/** When a text first stands on the page, epoch ms. */
export function shownAt(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (sought) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (!document.body.textContent?.includes(sought)) return false;
          requestAnimationFrame(() => resolve(Date.now()));
          return true;
        };
        if (look()) return;
        const observer = new MutationObserver(() => look() && observer.disconnect());
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    text,
  );
}
