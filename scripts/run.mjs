// `npm run keygauge | simulate | demo | bench | screenshots -- …`: runs dist/<name>.mjs, made from its sources when they are newer.
// Parsed by old versions of Node too; see start.mjs.
const name = process.argv[2] || "";
import("./node-version.mjs")
  .then(({ requireNode }) => requireNode())
  .then(() => import("./install.mjs"))
  .then(({ ensureInstalled }) => ensureInstalled())
  .then(() => import("./build.mjs"))
  // The demo and the benchmarks start servers of their own, which would build at a moment that is measured.
  .then(({ ensureBuilt }) => ensureBuilt({ pages: ["demo", "bench", "screenshots"].includes(name) }))
  .then(() => import("./steps.mjs"))
  .then(({ handOverSignals }) => {
    handOverSignals();
    process.argv.splice(2, 1);
    process.env.NODE_ENV = "production";
    return import(`../dist/${name}.mjs`);
  })
  .catch((error) => {
    process.stderr.write(`${error?.name === "StepError" ? error.message : error?.stack}\n`);
    process.exit(1);
  });
