import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { type Shot, shots } from "./screenshots/shots";

/** The bundle lies in dist/, one folder below the root. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PORT = 3977;
const URL_OF_DEMO = `http://localhost:${PORT}`;
const ADMIN = { email: "demo@example.com", password: "pictures of the demo" };
/** Both of its sources have told their day, and incidents have opened since. */
const READY_WITHIN_MS = 240_000;
const LIVELY = 4;

/** Starts the demo on a folder of its own; `histories` resolves when each source's past is stored. */
async function startDemo(dataDir: string) {
  const child = spawn(process.execPath, ["scripts/run.mjs", "demo"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      PORT: String(PORT),
      KEYGAUGE_DATA_DIR: dataDir,
      KEYGAUGE_ADMIN_EMAIL: ADMIN.email,
      KEYGAUGE_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const histories = new Promise<void>((done, fail) => {
    let stored = 0;
    createInterface({ input: child.stdout }).on("line", (line) => {
      console.log(line);
      if (line.startsWith("History of") && ++stored === 2) done();
    });
    child.once("exit", (code) => fail(new Error(`The demo ended (exit code ${code}).`)));
    setTimeout(
      () => fail(new Error("The demo took too long to store its history.")),
      READY_WITHIN_MS,
    ).unref();
  });
  return {
    histories,
    stop() {
      child.kill("SIGINT");
      return ended;
    },
  };
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${URL_OF_DEMO}/login`);
  await page.locator("input").nth(0).fill(ADMIN.email);
  await page.locator("input").nth(1).fill(ADMIN.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Nothing loads any more, and charts stand still. */
async function settled(page: Page): Promise<void> {
  await page.locator("main h1, main").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".animate-pulse") === null);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {
    // The live connection never rests.
  });
}

async function open(path: string, { dark = false, phone = false }: Pick<Shot, "dark" | "phone">) {
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    deviceScaleFactor: phone ? 2 : 1,
    isMobile: phone,
    hasTouch: phone,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    // By 24 hours, as the documents write times.
    locale: "en-GB",
  });
  const page = await context.newPage();
  await signIn(page);
  await page.goto(`${URL_OF_DEMO}${path}`);
  return page;
}

const dataDir = await mkdtemp(join(tmpdir(), "keygauge-screenshots-"));
const target = join(root, "docs/images");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const demo = await startDemo(dataDir);
try {
  await mkdir(target, { recursive: true });
  await demo.histories;
  const overview = await open("/", {});
  const deadline = Date.now() + READY_WITHIN_MS;
  while ((await overview.locator("main a[href^='/incidents/']").count()) < LIVELY) {
    if (Date.now() > deadline) throw new Error(`Fewer than ${LIVELY} incidents opened in the demo.`);
    await sleep(1_000);
  }
  for (const shot of shots) {
    const page = await open(shot.path, shot);
    await shot.before?.(page);
    await settled(page);
    await page.screenshot({ path: join(target, `${shot.name}.png`) });
    await page.context().close();
    console.log(`docs/images/${shot.name}.png`);
  }
} finally {
  await browser.close();
  await demo.stop();
  await rm(dataDir, { recursive: true, force: true });
}
