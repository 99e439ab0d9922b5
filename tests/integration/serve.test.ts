import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEnv } from "@/lib/env";
import { serve } from "@/lib/server/serve";
import { createDatabase, TEST_SECRET } from "../support/database";

test("once it is ready, a page is waited for, not refused", async () => {
  const database = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "keygauge-serve-"));
  const [link, line] = [held<null>(), held<string>()];
  const starting = serve({
    env: readEnv({
      AUTH_SECRET: TEST_SECRET,
      DATABASE_URL: database.url,
      KEYGAUGE_DATA_DIR: dataDir,
      PORT: "0",
      LOG_LEVEL: "silent",
    }),
    print: line.give,
    parts: {
      createIngest: () => ({ handle: () => false, close: async () => undefined }),
      prepare: async () => undefined,
      createPages: async () => (_request, response) => void response.end("a page"),
      firstRunLink: () => link.given,
    },
  });
  const url = (await line.given).replace("Keygauge is ready at ", "");
  const page = fetch(`${url}/rules`);
  // The server has the request before it knows whether there is an admin.
  await fetch(`${url}/healthz`);
  link.give(null);
  expect(await (await page).text()).toBe("a page");
  await (await starting).stop();
  rmSync(dataDir, { recursive: true, force: true });
  await database.drop();
});

/** A value that a test gives when it means to. */
function held<T>() {
  let give: (value: T) => void = () => undefined;
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
