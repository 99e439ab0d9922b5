import { expect, test } from "vitest";
import { createRuntime } from "@/tests/support/database";

test("a copy of the template has the schema, and is a database of its own", async () => {
  const [one, two] = await Promise.all([createRuntime(), createRuntime()]);
  const rows = await one.db.pool.query("SELECT count(*) AS n FROM usage_event");
  expect(rows.rows).toEqual([{ n: 0 }]);
  const names = await Promise.all(
    [one, two].map(
      async ({ db }) => (await db.pool.query("SELECT current_database() AS name")).rows[0]?.name,
    ),
  );
  expect(new Set(names).size).toBe(2);
  await Promise.all([one.close(), two.close()]);
});
