// `npm start`: brings the installation and the build up to date, then runs the server in this process.
// This file alone is parsed by a Node that is too old, so it uses nothing newer than `import()`.
import("./node-version.mjs")
  .then(({ requireNode }) => requireNode())
  .then(() => import("./install.mjs"))
  .then(({ ensureInstalled }) => ensureInstalled())
  .then(() => import("./build.mjs"))
  .then(({ ensureBuilt }) => ensureBuilt({ pages: !process.argv.includes("--dev") }))
  .then(() => import("./steps.mjs"))
  .then(({ handOverSignals, stopWithNpm }) => {
    handOverSignals();
    stopWithNpm();
    process.env.NODE_ENV = process.argv.includes("--dev") ? "development" : "production";
    process.env.NEXT_TELEMETRY_DISABLED = "1";
    return import("../dist/server.mjs");
  })
  .catch((error) => {
    process.stderr.write(`${error?.name === "StepError" ? error.message : error?.stack}\n`);
    process.exit(1);
  });
