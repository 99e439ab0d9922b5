import type { Page } from "playwright-core";

/** One picture of the demo. `before` leads from `path` to what is shown. */
export interface Shot {
  name: string;
  path: string;
  dark?: boolean;
  phone?: boolean;
  before?(page: Page): Promise<void>;
}

/** The first link of the page to something of a kind, such as a key. */
const follow = (prefix: string) => async (page: Page) => {
  const link = page.locator(`main table a[href^='${prefix}']`).first();
  await link.waitFor();
  await page.goto(new URL((await link.getAttribute("href")) ?? "/", page.url()).href);
};

export const shots: readonly Shot[] = [
  { name: "overview", path: "/" },
  { name: "overview-dark", path: "/", dark: true },
  { name: "key", path: "/keys?sort=headroom", before: follow("/keys/") },
  { name: "explore", path: "/explore?metric=requests&group_by=provider&as=area&range=24h" },
  { name: "incident-phone", path: "/incidents", phone: true, before: follow("/incidents/") },
];
