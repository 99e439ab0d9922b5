import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator, Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** What axe finds wrong on a page as it stands, or in one element of it. */
export async function violations(page: Page, within?: Locator): Promise<string[]> {
  await page.evaluate(axe);
  const element = (await within?.elementHandle()) ?? null;
  const found = await page.evaluate(async (part) => {
    type Axe = { run(context: Node): Promise<{ violations: Violation[] }> };
    return (await (globalThis as unknown as { axe: Axe }).axe.run(part ?? document)).violations;
  }, element);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** No skeleton is left, and React owns every control, which is when they get their names. Runs in the page. */
export function isReady(): boolean {
  const owned = (element: Element) => Object.keys(element).some((name) => name.startsWith("__reactFiber"));
  const controls = document.querySelectorAll("main button, main input, main select, main [role]");
  return document.querySelector(".animate-pulse") === null && [...controls].every(owned);
}

/** Everything that can be told to be wrong with a page that is ready: what axe finds, and whether it is too wide. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  // By selector: behind an open dialog the page has no roles.
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(isReady);
  const faults = (await violations(page)).map((violation) => `${name}: ${violation}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (overflow > 0) faults.push(`${name}: ${overflow} px too wide`);
  return [...faults, ...(await page.evaluate(cutTables)).map((fault) => `${name}: ${fault}`)];
}

/** On a phone: lists that show a row's end only when scrolled sideways. Runs in the page. */
function cutTables(): string[] {
  if (window.innerWidth >= 640) return [];
  return [...document.querySelectorAll("main section:not([data-wide]) > table")].flatMap((table) => {
    const box = table.parentElement;
    const cut = box === null ? 0 : box.scrollWidth - box.clientWidth;
    return cut > 0 ? [`the table "${box?.getAttribute("aria-label")}" is cut by ${cut} px`] : [];
  });
}
