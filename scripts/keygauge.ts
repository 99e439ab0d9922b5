import { parseArgs } from "node:util";
import { type Env, env } from "@/lib/env";
import { isAppError } from "@/lib/errors";
import { setLogLevel } from "@/lib/log";
import { openDataFolder } from "@/lib/server/data-folder";
import { explainStart } from "@/lib/server/lifecycle";
import { migrate } from "@/lib/server/migrate/migrate";
import { openStorage, takeDataFolder } from "@/lib/server/open";
import { addUser, makeToken, resetUserPassword } from "./keygauge/access";
import { examine, table } from "./keygauge/doctor";
import { importFile } from "./keygauge/import";
import { applyCommand, exportCommand } from "./keygauge/rules";
import { RulesFileError } from "./keygauge/rules-file";
import { runningDatabase, withRuntime } from "./keygauge/session";
import { USAGE, UsageError } from "./keygauge/usage";

const PASSWORD = { password: { type: "string" }, "password-stdin": { type: "boolean" } } as const;
const NAME = { name: { type: "string" }, role: { type: "string" } } as const;

/** Commands of two words begin with these. */
const GROUPS = ["user", "token", "rules"];

/** Resolves with the exit code. */
async function run(args: string[]): Promise<number> {
  const print = (lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);
  if (args.length === 0 || args.includes("--help") || args.includes("-h") || args[0] === "help") {
    process.stdout.write(USAGE);
    return args.length === 0 ? 2 : 0;
  }
  const [first = "", second = ""] = args;
  const command = GROUPS.includes(first) ? `${first} ${second}`.trim() : first;
  const rest = args.slice(command.split(" ").length);
  const settings = env();
  setLogLevel(settings.logLevel);

  switch (command) {
    case "migrate":
      parseArgs({ args: rest, options: {} });
      print(await migrateNow(settings));
      return 0;
    case "user add": {
      const { values } = parseArgs({
        args: rest,
        options: { ...PASSWORD, ...NAME, email: { type: "string" } },
      });
      print(await withRuntime(settings, () => addUser(values)));
      return 0;
    }
    case "user reset-password": {
      const { values, positionals } = parseArgs({ args: rest, options: PASSWORD, allowPositionals: true });
      print(await withRuntime(settings, (runtime) => resetUserPassword(runtime, positionals[0], values)));
      return 0;
    }
    case "token create": {
      const { values } = parseArgs({ args: rest, options: NAME });
      print(await withRuntime(settings, () => makeToken(values)));
      return 0;
    }
    case "rules export":
      process.stdout.write(await withRuntime(settings, () => exportCommand(rest)));
      return 0;
    case "rules apply":
      process.stdout.write(await withRuntime(settings, () => applyCommand(rest)));
      return 0;
    case "import":
      return importFile(settings, rest);
    case "doctor": {
      parseArgs({ args: rest, options: {} });
      const checks = await examine(settings);
      print(table(checks));
      return checks.some((check) => check.status === "wrong") ? 1 : 0;
    }
  }
  throw new UsageError(`There is no command "${command}".`);
}

async function migrateNow(settings: Env): Promise<string[]> {
  openDataFolder(settings.dataDir);
  const onStep = (line: string) => process.stderr.write(`${line}\n`);
  const running = runningDatabase(settings);
  if (running === undefined) {
    // Starting the embedded Postgres migrates it.
    const storage = await openStorage(settings, takeDataFolder(settings), onStep);
    await storage.close();
    return ["The database is up to date."];
  }
  const applied = await migrate(running, { onStep });
  return applied.length > 0 ? [`Applied ${applied.join(", ")}.`] : ["The database is up to date."];
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = fail(error);
}

function fail(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof UsageError || code.startsWith("ERR_PARSE_ARGS")) {
    process.stderr.write(`${(error as Error).message}\nnpm run keygauge -- --help lists the commands.\n`);
    return 2;
  }
  if (error instanceof RulesFileError) process.stderr.write(`${error.message}\n`);
  else if (isAppError(error)) {
    const issues = error.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    process.stderr.write(`${issues.length > 0 ? issues.join("\n") : error.message}\n`);
  } else process.stderr.write(`${explainStart(error).replaceAll("Keygauge cannot start: ", "")}\n`);
  return 1;
}
