import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// [file, import, allowed]: the table of import directions in ARCHITECTURE.md, as the linter enforces it.
const CASES: [file: string, specifier: string, allowed: boolean][] = [
  ["lib/domain/usage/a.ts", "zod", true],
  ["lib/domain/usage/b.ts", "./c", true],
  ["lib/domain/usage/c.ts", "../alerting/rule", true],
  ["lib/domain/usage/d.ts", "@/lib/domain/access/actor", true],
  ["lib/domain/usage/e.ts", "@/lib/env", false],
  ["lib/domain/usage/f.ts", "../../env", false],
  ["lib/domain/usage/g.ts", "node:fs", false],
  ["lib/domain/usage/h.ts", "pg", false],
  ["lib/domain/usage/i.ts", "@/lib/features/rules/schemas", false],
  ["components/ui/a.tsx", "react", true],
  ["components/ui/b.tsx", "@/lib/domain/usage/metric", true],
  ["components/ui/c.tsx", "@/lib/features/rules/schemas", true],
  ["components/ui/d.tsx", "@/lib/format", true],
  ["components/ui/e.tsx", "@/lib/features/rules/queries", false],
  ["components/ui/f.tsx", "@/lib/db/db", false],
  ["components/ui/g.tsx", "@/app/layout", false],
  ["lib/features/rules/schemas.ts", "@/lib/db/db", false],
  ["lib/features/keys/schemas.ts", "@/lib/domain/usage/metric", true],
  ["lib/features/rules/queries.ts", "@/lib/db/db", true],
  ["lib/features/channels/commands.ts", "@/lib/channels/registry", true],
  ["lib/features/channels/schemas.ts", "@/lib/channels/registry", false],
  ["lib/features/rules/commands.ts", "@/lib/http/route", false],
  ["lib/features/keys/queries.ts", "next/headers", false],
  ["lib/channels/sms/a.ts", "@/lib/format", true],
  ["lib/channels/sms/b.ts", "@/lib/db/db", false],
  ["lib/channels/sms/c.ts", "@/lib/features/rules/queries", false],
  ["lib/worker/a.ts", "@/lib/features/rules/queries", true],
  ["lib/worker/b.ts", "@/lib/auth/auth", false],
  ["lib/ingest/a.ts", "next/server", false],
  ["lib/ingest/b.ts", "@/components/ui/button", false],
  ["lib/http/a.ts", "next/headers", true],
  ["lib/http/b.ts", "@/components/ui/button", false],
  ["lib/other.ts", "@/app/layout", false],
  ["app/a.ts", "@/lib/features/rules/queries", true],
  ["app/b.ts", "@/lib/db/db", false],
  ["app/c.ts", "@/lib/worker/evaluator", false],
];

const root = resolve(import.meta.dirname, "..");
let folder: string;
let report: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "keygauge-imports-"));
  const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(
    join(folder, "biome.json"),
    JSON.stringify({ ...config, $schema: undefined, vcs: undefined }),
  );
  for (const [file, specifier] of CASES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import { q } from ${JSON.stringify(specifier)};\nexport default q;\n`);
  }
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, "lint", "--reporter=github", "--max-diagnostics=none", "."],
    { cwd: folder, encoding: "utf8" },
  );
  report = stdout + stderr;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(CASES)("%s imports %s: allowed %s", (file, _specifier, allowed) => {
  const refused = report
    .split("\n")
    .some((line) => line.includes("noRestrictedImports") && line.includes(`/${file},`));
  expect(refused).toBe(!allowed);
});
