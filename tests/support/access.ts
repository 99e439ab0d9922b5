import { afterAll, beforeAll, beforeEach } from "vitest";
import { POST as createSourceRoute } from "@/app/api/v1/sources/route";
import { hashToken } from "@/lib/crypto";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { sourceOfToken } from "@/lib/features/tokens/lookup";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { type Answer, type CallOptions, call } from "./call";
import { createRuntime } from "./database";

/** A database of its own that holds, at the start of each test, an administrator's token and no source. */
export function accessStage() {
  const stage = {} as {
    runtime: Runtime & { close(): Promise<void> };
    token: string;
  };
  beforeAll(async () => {
    setLogLevel("silent");
    stage.runtime = await createRuntime();
  });
  afterAll(() => stage.runtime.close());
  beforeEach(async () => {
    await stage.runtime.db.pool.query("TRUNCATE source, token, audit_entry CASCADE");
    stage.runtime.changed.emit({ entity: "token", id: "all" });
    stage.token = (await createToken({ actor: SYSTEM, input: { name: "tests", role: "admin" } })).token;
  });
  return Object.assign(stage, {
    createSource: (body: unknown, options: CallOptions = {}) =>
      call(createSourceRoute, { token: stage.token, body, ...options }),
    /** How to call a route about what an answer is about. */
    one: (answer: Answer) => ({ params: { id: String(answer.body.id) }, token: stage.token }),
    /** The source that an ingest token, as an answer shows it, is of. */
    sourceOf: (token: unknown) => sourceOfToken(hashToken(String(token))),
  });
}
