import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, stamp } from "./freshness.mjs";
import { alone } from "./lock.mjs";
import { npm, root, step } from "./steps.mjs";

const wanted = () => `${hashOf(["package-lock.json"])} ${process.platform}-${process.arch}`;
const installed = stamp("node_modules/.cache/keygauge/installed");

/** `npm ci` when node_modules is missing or is not what package-lock.json says. */
export async function ensureInstalled() {
  if (installed.is(wanted())) return;
  await alone(async () => {
    if (installed.is(wanted())) return;
    if (!matchesLock()) {
      // No install script is needed, and Prisma's would download engines that are not used.
      const flags = ["--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
      await step("Installing packages", ...npm("ci", "--loglevel=error", ...flags));
    }
    installed.write(wanted());
  });
}

/** True when somebody ran `npm ci` or `npm install` by hand: npm's own record agrees with the lock. */
function matchesLock() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const { packages: present } = JSON.parse(readFileSync(record, "utf8"));
  const { packages: locked } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(locked).every(
    ([path, { version, optional, link }]) =>
      path === "" ||
      link ||
      (present[path] === undefined
        ? optional
        : present[path].version === version && existsSync(join(root, path))),
  );
}
