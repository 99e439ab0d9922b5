import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./steps.mjs";

/** A hash over names and contents of files and folders (relative to the root); absent ones count as absent. */
export function hashOf(paths, leaveOut = () => false) {
  const hash = createHash("sha256");
  const add = (path) => {
    const name = relative(root, path);
    if (!existsSync(path) || leaveOut(name)) return;
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort()) add(join(path, entry));
    } else {
      hash.update(`${name}\0`).update(readFileSync(path)).update("\0");
    }
  };
  for (const path of paths) add(join(root, path));
  return hash.digest("hex");
}

/** A file that says what something was made from. */
export function stamp(path) {
  const file = join(root, path);
  return {
    is: (value) => existsSync(file) && readFileSync(file, "utf8").trim() === value,
    write(value) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${value}\n`);
    },
  };
}
