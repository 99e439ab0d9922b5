import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { StartError } from "../start-error";

/** The unprivileged account that runs Postgres when Keygauge runs as root; Postgres refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

/** Undefined when Keygauge itself is unprivileged. An existing cluster is run by its owner. */
export function accountFor(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const account = named("postgres") ?? named("_postgres") ?? named("nobody");
  if (account === undefined)
    throw new StartError(
      "Postgres does not run as root and there is no other account: start Keygauge as an ordinary user, or set DATABASE_URL.",
    );
  return account;
}

function named(name: string): Account | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return Number(uid) > 0 && Number(gid) > 0 ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Whether the account can do `access` (`-x`, `-r`, `-w` of test(1)) with `path`; asked of the system itself. */
export function canReach(account: Account, access: "-x" | "-w", path: string): boolean {
  const found = spawnSync("/bin/sh", ["-c", `test ${access} "$1"`, "sh", path], { cwd: "/", ...account });
  return found.status === 0;
}
