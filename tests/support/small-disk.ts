import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "@/lib/server/start-error";

/** A file system of a few hundred MiB, in memory. */
export interface SmallDisk {
  /** Takes every byte that is free. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  unmount(): void;
}

/** Mounts one over an empty folder. Throws where this process may not: the tests on it cannot be left out. */
export function mountSmallDisk(dir: string, mebibytes: number): SmallDisk {
  run("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=0711`, "tmpfs", dir]);
  const ballast = join(dir, "ballast");
  return {
    fill() {
      const fd = openSync(ballast, "w");
      try {
        for (const size of [1024 * 1024, 4096]) writeUntilFull(fd, Buffer.alloc(size));
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => run("umount", [dir]),
  };
}

function writeUntilFull(fd: number, block: Buffer): void {
  try {
    for (;;) writeSync(fd, block);
  } catch (error) {
    if (codeOf(error) !== "ENOSPC") throw error;
  }
}

/** Gives up the disk that a killed run left at `dir`; any other folder stays as it is. */
export function unmountLeftover(dir: string): void {
  command("umount", [dir]);
}

const command = (name: string, args: string[]) => spawnSync(name, args, { encoding: "utf8" });

function run(name: string, args: string[]): void {
  const { error, status, stderr } = command(name, args);
  if (error !== undefined || status !== 0)
    throw new Error(
      `The test of a full disk needs a tmpfs of its own, so it runs as root with CAP_SYS_ADMIN: ${name} failed: ${error?.message ?? stderr.trim()}`,
    );
}
