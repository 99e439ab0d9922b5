import type { Locator, Page } from "playwright-core";
import { violations } from "./page-checks";

const POPUPS = '[role$="dialog"]:not([data-toast]), [role="menu"], [role="listbox"]';
/** What a finger hits without aiming, in CSS px. */
const TARGET_PX = 36;

/** The window, menu or list that was opened last. */
const popup = (page: Page): Locator => page.locator(POPUPS).filter({ visible: true }).last();

/**
 * What is wrong with the popup that is open: what axe finds (in both themes, whose colours are those of a phone too), what is cut off or out of sight, a focus that
 * is not in it, and on a phone what a thumb cannot hit.
 */
export async function popupFaults(page: Page, { phone }: { phone: boolean }): Promise<string[]> {
  await popup(page).waitFor();
  // What comes with it later, a list or its fonts, is there as well.
  await page.waitForFunction(() => document.querySelector(".animate-pulse, .animate-spin") === null);
  // What moves in is half seen through, and so is what fades from one theme to the other.
  const settled = () =>
    page.evaluate(async () => {
      do {
        await new Promise(requestAnimationFrame);
        await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      } while (document.getAnimations().length > 0);
    });
  const faults: string[] = [];
  for (const colorScheme of phone ? (["light"] as const) : (["light", "dark"] as const)) {
    await page.emulateMedia({ colorScheme });
    await settled();
    faults.push(...(await violations(page, popup(page))).map((violation) => `${colorScheme}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: "light" });
  await settled();
  return [...faults, ...(await popup(page).evaluate(placeFaults, phone ? TARGET_PX : 0))];
}

/** Runs in the page. */
function placeFaults(popup: Element, targetPx: number): string[] {
  const faults: string[] = [];
  const { left, right, top, bottom } = popup.getBoundingClientRect();
  if (left < 0 || top < 0 || right > window.innerWidth + 0.5 || bottom > window.innerHeight + 0.5)
    faults.push(
      `stands at ${[left, top, right, bottom].map(Math.round)} of ${window.innerWidth}×${window.innerHeight}`,
    );
  for (const element of [popup, ...popup.querySelectorAll("*")]) {
    const { overflowX } = getComputedStyle(element);
    // A table of many columns is scrolled sideways, and says so.
    if ((overflowX !== "auto" && overflowX !== "scroll") || element.matches("[data-wide]")) continue;
    const cut = element.scrollWidth - element.clientWidth;
    if (cut > 1 && element.clientWidth > 0 && element.tagName !== "INPUT" && element.tagName !== "TEXTAREA")
      faults.push(`${cut} px are cut off in ${element.outerHTML.slice(0, 120)}`);
  }
  // The field of a list keeps the focus while the list is open.
  const hasList = document.activeElement?.matches('[role="combobox"][aria-expanded="true"]');
  if (!popup.contains(document.activeElement) && hasList !== true)
    faults.push(`the focus is outside, on ${document.activeElement?.outerHTML.slice(0, 120)}`);
  const targets =
    'button, a[href], input:not([type="hidden"]), [role="menuitem"], [role="option"], [role="combobox"]';
  for (const target of popup.querySelectorAll(targets)) {
    // A field, and what opens its list, are hit by the whole of its box.
    const inBox = target.tagName === "INPUT" || target.getAttribute("tabindex") === "-1";
    const box = ((inBox && target.parentElement) || target).getBoundingClientRect();
    // A link among words is as high as its line; a box of its own label is hit by that.
    const isWords = target.matches("a.rounded-xs");
    if (box.width <= 1 || box.height <= 1 || isWords || target.closest("label") !== null) continue;
    if (box.height < targetPx)
      faults.push(`${Math.round(box.height)} px high: ${target.outerHTML.slice(0, 160)}`);
  }
  return faults;
}

/** Closes what is open by the keyboard, and says where the focus went when it is not on something of the page. */
export async function closeFaults(page: Page): Promise<string[]> {
  for (let open = await page.locator(POPUPS).filter({ visible: true }).count(); open > 0; open--) {
    const before = await page.locator(POPUPS).filter({ visible: true }).count();
    if (before === 0) break;
    await page.keyboard.press("Escape");
    await page.waitForFunction(
      ([selector, count]) =>
        [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length < count,
      [POPUPS, before] as const,
    );
  }
  const isKept = await page
    .waitForFunction(() => document.activeElement?.tagName !== "BODY", undefined, { timeout: 2_000 })
    .catch(() => null);
  return isKept === null ? ["the focus is lost once it is closed"] : [];
}
