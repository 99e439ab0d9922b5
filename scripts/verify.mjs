import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root, StepError } from "./steps.mjs";

/** Settings of the product that must not leak from the developer's shell into the tests. */
const PRODUCT =
  /^(PORT|HOST|APP_URL|DATABASE_URL|AUTH_SECRET|SMTP_URL|MAIL_FROM|TWILIO_\w+|REDIS_URL|RETENTION_EVENTS_DAYS|LOG_LEVEL|TRUST_PROXY|HEARTBEAT_URL|KEYGAUGE_\w+|NODE_ENV)$/;

const bin = (path) => [process.execPath, join(root, "node_modules", path)];

/** Runs everything that has to hold before a change is merged; resolves with the exit code. */
export async function verify() {
  for (const name of Object.keys(process.env)) if (PRODUCT.test(name)) delete process.env[name];
  const total = { passed: 0, failed: 0 };
  const failures = [];
  const part = async (name, work) => {
    process.stdout.write(`\n── ${name}\n`);
    const begun = performance.now();
    let result;
    try {
      result = await work();
    } catch (error) {
      process.stdout.write(`${error instanceof StepError ? error.message : error.stack}\n`);
      result = { passed: 0, failed: 1 };
    }
    total.passed += result.passed;
    total.failed += result.failed;
    if (result.failed > 0) failures.push(name, ...(result.names ?? []).map((test) => `  ${test}`));
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stdout.write(`── ${name}: ${result.passed} passed, ${result.failed} failed (${seconds} s)\n`);
  };

  await part("install", async () => {
    const { ensureInstalled } = await import("./install.mjs");
    await ensureInstalled();
    const { ensureBuilt } = await import("./build.mjs");
    await ensureBuilt({ pages: false });
    return { passed: 1, failed: 0 };
  });
  await part("lint", () => command(...bin("@biomejs/biome/bin/biome"), "ci", "--error-on-warnings"));
  await part("types", async () => {
    const routes = await command(...bin("next/dist/bin/next"), "typegen");
    return routes.failed > 0 ? routes : command(...bin("typescript/bin/tsc"), "--noEmit", "-p", ".");
  });
  await part("dead code", () => command(...bin("knip/bin/knip.js")));
  await part("build", async () => {
    const { ensureBuilt } = await import("./build.mjs");
    await ensureBuilt({ pages: true });
    return { passed: 1, failed: 0 };
  });
  await part("unit tests", () => vitest("unit"));
  await part("integration tests", () => vitest("integration"));
  await part("end-to-end tests", async () => {
    const { findChromium } = await import("./chromium.mjs");
    return vitest("e2e", { CHROMIUM_PATH: await findChromium() });
  });

  // Once more at the end: of a long log often only that is kept.
  if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.join("\n")}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

/** One command counts as one test. */
async function command(program, ...args) {
  const code = await run(program, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Counts the tests of one vitest project. A skipped test, or a file that cannot be loaded, counts as failed. */
async function vitest(project, env = {}) {
  const report = join(root, "test-results", `${project}.json`);
  mkdirSync(join(root, "test-results"), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [node, cli] = bin("vitest/vitest.mjs");
  const code = await run(node, [cli, "run", "--project", project, ...reporters], env);
  let counted;
  try {
    counted = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const skipped = (counted.numPendingTests ?? 0) + (counted.numTodoTests ?? 0);
  if (skipped > 0) process.stdout.write(`${skipped} tests were skipped, which counts as failed\n`);
  const failed = counted.numFailedTests + skipped;
  return {
    passed: counted.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    names: counted.testResults.flatMap(failedNames),
  };
}

/** `file: describe › test: the error's first line` of what failed in one file. */
function failedNames({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const tests = assertionResults.filter((test) => test.status === "failed");
  if (tests.length === 0) return status === "failed" ? [`${file}: ${firstLine(message)}`] : [];
  return tests.map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

function firstLine(text = "") {
  return text.split("\n", 3).join(" ").slice(0, 400);
}

function run(program, args, env = {}) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stdout.write(`${program}: ${error.message}\n`);
      resolve(1);
    });
    child.once("close", (code) => resolve(code ?? 1));
  });
}
