import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { StepError, step } from "./steps.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The browser of the end-to-end tests: CHROMIUM_PATH, one on the PATH, or Debian's, installed when this is root. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isExecutable(given)) return given;
    throw new StepError(`CHROMIUM_PATH: ${given} is not a program. Set it to a Chromium or Chrome.`);
  }
  const found = onPath();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !isExecutable("/usr/bin/apt-get"))
    throw new StepError("The end-to-end tests need Chromium: install it, or set CHROMIUM_PATH to one.");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step("Updating the list of system packages", "apt-get", ["update", "-q"], { env });
  await step("Installing Chromium", "apt-get", ["install", "-qy", "--no-install-recommends", "chromium"], {
    env,
  });
  const installed = onPath();
  if (installed === undefined)
    throw new StepError("apt-get installed chromium, but it is not on the PATH: set CHROMIUM_PATH.");
  return installed;
}

function onPath() {
  for (const dir of (process.env.PATH ?? "").split(delimiter))
    for (const name of NAMES) {
      const path = join(dir, name);
      if (isExecutable(path)) return path;
    }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
