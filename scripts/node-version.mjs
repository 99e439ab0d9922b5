// Syntax and APIs of old versions only: this runs before the version is known.
const MAJOR = 20;
const MINOR = 19;

/** Ends the process with one line when this Node is older than package.json's `engines` allows. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return;
  process.stderr.write(
    `Keygauge needs Node.js ${MAJOR}.${MINOR} or newer; this is ${version}. Install a newer one from https://nodejs.org and run the command again.\n`,
  );
  process.exit(1);
}
