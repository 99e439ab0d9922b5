import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, StepError } from "./steps.mjs";

const FILE = join(root, "dist", ".building");
const BEAT_MS = 2_000;
/** A holder that was killed stops touching the file. */
const STALE_MS = 15_000;
const WAIT_MS = 10 * 60_000;

/** Runs `work` while no other command installs or builds in this folder; says whom it waits for. */
export async function alone(work) {
  const release = await acquire();
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire() {
  const begun = Date.now();
  for (let told = false; ; told = true) {
    try {
      mkdirSync(join(root, "dist"), { recursive: true });
      writeFileSync(FILE, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code === "EACCES" || error.code === "EROFS" || error.code === "EPERM")
        throw new StepError(`No write access to ${root}: run the command as the user who owns that folder.`);
      if (error.code === "ENOSPC")
        throw new StepError(`The disk that holds ${root} is full: free some space.`);
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf();
    if (holder === undefined) {
      rmSync(FILE, { force: true });
      continue;
    }
    if (Date.now() - begun > WAIT_MS)
      throw new StepError(
        `Another command (pid ${holder}) has been building for 10 minutes: stop it and try again.`,
      );
    if (!told) process.stdout.write(`Waiting for another command that is building here (pid ${holder})\n`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const beat = setInterval(() => utimesSync(FILE, new Date(), new Date()), BEAT_MS);
  const remove = () => rmSync(FILE, { force: true });
  process.once("exit", remove);
  return () => {
    clearInterval(beat);
    process.off("exit", remove);
    remove();
  };
}

function holderOf() {
  try {
    const pid = Number(readFileSync(FILE, "utf8"));
    if (Date.now() - statSync(FILE).mtimeMs > STALE_MS) return undefined;
    // Empty: made this moment, its pid not yet written.
    if (pid > 0) process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === "EPERM" ? "of another user" : undefined;
  }
}
