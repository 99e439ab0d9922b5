import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import { migrationNames } from "./names";

function migrationList(dir: string): MigrationList {
  return {
    baseDir: dir,
    lockfile: {
      path: "migration_lock.toml",
      content: readFileSync(join(dir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: migrationNames(dir).map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(join(dir, name, "migration.sql"), "utf8") },
      },
    })),
  };
}

/** Node 20 cannot import WebAssembly, so what the package's entry does is done here. */
function load(): void {
  const glue = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = readFileSync(glue.replace(/\.js$/, ".wasm"));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    "./schema_engine_bg.js": engine as unknown as WebAssembly.ModuleImports,
  });
  const exports = instance.exports as WebAssembly.Exports & { __wbindgen_start(): void };
  engine.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
}

/**
 * Applies what is missing and returns its names. Prisma's own engine, so `prisma migrate deploy` sees the same table.
 * Its advisory lock outlives `free()`: call it in a process that exits afterwards.
 */
export async function applyWithEngine(databaseUrl: string, dir: string): Promise<string[]> {
  load();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  const schema = 'datasource db {\n  provider = "postgresql"\n}\n';
  const instance = await engine.SchemaEngine.new(
    { datamodels: [["schema.prisma", schema]] },
    () => {},
    adapter,
  );
  const { appliedMigrationNames } = await instance.applyMigrations({
    migrationsList: migrationList(dir),
    filters: { externalTables: [], externalEnums: [] },
  });
  return appliedMigrationNames;
}
