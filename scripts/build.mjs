import { existsSync, readdirSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { hashOf, stamp } from "./freshness.mjs";
import { alone } from "./lock.mjs";
import { root, StepError, step } from "./steps.mjs";

const ENTRIES = {
  server: "server.ts",
  migrate: "scripts/migrate.ts",
  keygauge: "scripts/keygauge.ts",
  simulate: "scripts/simulate.ts",
  demo: "scripts/demo.ts",
  screenshots: "scripts/screenshots.ts",
  bench: "tests/bench/bench.ts",
};
const CONFIGS = ["package-lock.json", "tsconfig.json", "prisma.config.ts"];
const notShipped = (name) => /\.test\.tsx?$/.test(name) || name.startsWith("lib/db/generated");

const generated = stamp("node_modules/.cache/keygauge/generated");
const bundled = stamp("dist/.bundled");
const built = stamp(".next/.built");

const schemaHash = () => hashOf(["prisma/schema", ...CONFIGS]);
const bundleHash = () =>
  hashOf(
    ["server.ts", "lib", "scripts", "tests/bench", "tests/support", "prisma/schema", ...CONFIGS],
    notShipped,
  );
const pagesHash = () =>
  hashOf(
    [
      "app",
      "components",
      "lib",
      "public",
      "prisma/schema",
      "next.config.js",
      "postcss.config.mjs",
      ...CONFIGS,
    ],
    notShipped,
  );

/** Generates, bundles and builds what is older than its sources; `pages: false` leaves Next's build out. */
export async function ensureBuilt({ pages }) {
  if (fresh(pages)) return;
  await alone(async () => {
    if (!isGenerated()) await generate();
    if (!isBundled()) await bundle();
    if (pages && !hasPages()) await buildPages();
  });
}

const isGenerated = () => existsSync(join(root, "lib/db/generated/client.ts")) && generated.is(schemaHash());
const isBundled = () => existsSync(join(root, "dist/server.mjs")) && bundled.is(bundleHash());
const hasPages = () => existsSync(join(root, ".next/BUILD_ID")) && built.is(pagesHash());
const fresh = (pages) => isGenerated() && isBundled() && (!pages || hasPages());

async function generate() {
  const hash = schemaHash();
  await step(
    "Generating the database client",
    process.execPath,
    [join(root, "node_modules/prisma/build/index.js"), "generate"],
    {
      env: {
        // Any executable will do: it is not run, and naming one keeps Prisma from downloading its own.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    },
  );
  generated.write(hash);
}

async function bundle() {
  const hash = bundleHash();
  const { build, stop } = await import("esbuild");
  const entries = Object.entries(ENTRIES).filter(([, file]) => existsSync(join(root, file)));
  try {
    await build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(entries),
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      packages: "external",
      sourcemap: true,
      tsconfig: "tsconfig.json",
      logLevel: "silent",
    });
  } catch (error) {
    throw new StepError(`The server could not be bundled:\n${error.message}`);
  } finally {
    // Its service process would otherwise live as long as the server.
    await stop();
  }
  bundled.write(hash);
}

async function buildPages() {
  const hash = pagesHash();
  // An interrupted build must not pass for a whole one. The cache stays: it halves the next build.
  const dir = join(root, ".next");
  if (existsSync(dir))
    for (const name of readdirSync(dir))
      if (name !== "cache") rmSync(join(dir, name), { recursive: true, force: true });
  await step(
    "Building the pages",
    process.execPath,
    [join(root, "node_modules/next/dist/bin/next"), "build"],
    { env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } },
  );
  await compress(join(dir, "static/chunks"));
  built.write(hash);
}

/** Beside each script and style its Brotli form, which the server answers with: far slower to make than to send. */
async function compress(dir) {
  const brotli = promisify(brotliCompress);
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => /\.(js|css)$/.test(name)) : [];
  await Promise.all(
    names.map(async (name) => {
      const file = join(dir, name);
      await writeFile(`${file}.br`, await brotli(await readFile(file)));
    }),
  );
}

// `npm run build`
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { requireNode } = await import("./node-version.mjs");
  requireNode();
  const { ensureInstalled } = await import("./install.mjs");
  try {
    await ensureInstalled();
    await ensureBuilt({ pages: true });
  } catch (error) {
    process.stderr.write(`${error?.name === "StepError" ? error.message : error?.stack}\n`);
    process.exit(1);
  }
}
