import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Runtime } from "@/lib/runtime";
import { evaluate, type Scene, scene } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;

beforeEach(async () => {
  runtime = await createRuntime();
  stage = await scene(runtime);
});
afterEach(() => runtime.close());

describe("a crossing", () => {
  it("is one transition, one incident and one delivery a channel, however often it is evaluated", async () => {
    const channels = [await stage.channel(), await stage.channel("sms")];
    await stage.rule({ channels });
    const engine = await stage.engine();
    await stage.post("k1", 9);
    await evaluate(engine, stage);
    expect(await stage.transitions()).toEqual([]);

    await stage.post("k1", 1);
    await evaluate(engine, stage);
    await evaluate(engine, stage);
    await stage.post("k1", 5);
    stage.pass(1);
    await evaluate(engine, stage);

    expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
    expect(await stage.incidents()).toMatchObject([{ state: "firing", severity: "warning" }]);
    expect(await stage.deliveries()).toMatchObject([
      { kind: "firing", state: "queued", channel_id: channels[0] },
      { kind: "firing", state: "queued", channel_id: channels[1] },
    ]);
  });

  it("resolves when its window has let go of it, by time alone", async () => {
    await stage.rule({ channels: [await stage.channel()] });
    const engine = await stage.engine();
    await stage.post("k1", 10);
    await evaluate(engine, stage);
    let runs = 0;
    for (let next = engine.nextAt(); next !== null; next = engine.nextAt()) {
      if (++runs > 20) throw new Error("the instance never settles");
      stage.now = next;
      await engine.run(next);
    }
    expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
    expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
    expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "resolved"]);
  });
});
