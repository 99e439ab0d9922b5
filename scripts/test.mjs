// `npm test`: every part in turn, each counted, none skipped; ends with "N passed, N failed".
// Parsed by old versions of Node too; see start.mjs.
import("./node-version.mjs")
  .then(({ requireNode }) => requireNode())
  .then(() => import("./verify.mjs"))
  .then(({ verify }) => verify())
  .then((code) => process.exit(code));
