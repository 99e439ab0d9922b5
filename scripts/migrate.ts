import { text } from "node:stream/consumers";
import { applyWithEngine } from "@/lib/server/migrate/engine";

// A child of lib/server/migrate: reads {"url","dir"} from stdin, where no other process can read the password, and
// answers with one line of JSON.
try {
  const { url, dir } = JSON.parse(await text(process.stdin)) as { url: string; dir: string };
  const applied = await applyWithEngine(url, dir);
  finish({ applied });
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  finish({ error: { code, message: error instanceof Error ? error.message : String(error) } });
}

function finish(answer: object): void {
  // Leaving ends the connection that holds the engine's lock.
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
}
