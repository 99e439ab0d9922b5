import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

const requireNode = (version: string) =>
  spawnSync(
    process.execPath,
    [
      "-e",
      `import("./scripts/node-version.mjs").then(({ requireNode }) => requireNode(${JSON.stringify(version)}))`,
    ],
    { cwd: root, encoding: "utf8" },
  );

test.each(["16.20.2", "18.20.8", "20.18.3"])("Node %s is refused in one line", (version) => {
  const { status, stderr } = requireNode(version);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Keygauge needs Node\.js 20\.19 or newer; this is [\d.]+\. .*\n$/);
  expect(stderr).toContain(version);
});

test.each(["20.19.0", "22.0.0", "26.1.0"])("Node %s is accepted", (version) => {
  expect(requireNode(version)).toMatchObject({ status: 0, stderr: "" });
});

test("the version asked for is the one in package.json", () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(">=20.19");
});

interface Locked {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

// npm leaves out what its registry does not serve, and `npm ci` then refuses the whole file.
test("the lock names the optional packages of every platform", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Locked;
  const missing: string[] = [];
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const name of Object.keys(optionalDependencies)) {
      if (!foldersAbove(path).some((folder) => packages[`${folder}node_modules/${name}`] !== undefined))
        missing.push(name);
    }
  }
  expect(missing).toEqual([]);
});

/** Where Node looks for a package that the one at `path` asks for: in it, and in each package around it. */
function foldersAbove(path: string): string[] {
  const folders = path === "" ? [] : [`${path}/`];
  for (let at = path.lastIndexOf("/node_modules/"); at > 0; at = path.lastIndexOf("/node_modules/", at - 1))
    folders.push(`${path.slice(0, at)}/`);
  return [...folders, ""];
}
