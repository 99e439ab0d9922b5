import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDb } from "@/lib/db/db";
import { write } from "@/lib/features/command";
import { queueDelivery } from "@/lib/features/deliveries/queue";
import { setLogLevel } from "@/lib/log";
import { Signal, setRuntime } from "@/lib/runtime";
import { listen } from "@/lib/server/listen";
import { startWorker, type Worker } from "@/lib/worker/worker";
import { firing } from "../support/channels";
import { createRuntime } from "../support/database";
import { insertChannel, queue, until } from "../support/deliveries";
import { startProxy, type TcpProxy } from "../support/proxy";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

let direct: Awaited<ReturnType<typeof createRuntime>>;
let behind: typeof direct;
let proxy: TcpProxy;
let smtp: SmtpTestServer;
let worker: Worker;
let listener: { close(): Promise<void> };
let channel: string;

beforeAll(async () => {
  setLogLevel("silent");
  smtp = await startSmtp();
  direct = await createRuntime({ SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" });
  channel = await insertChannel(direct, "email", ["ops@example.com"]);
  proxy = await startProxy(direct.env.databaseUrl ?? "");
  behind = { ...direct, db: openDb(proxy.url, { poolSize: 5 }) };
  setRuntime(behind);
  listener = await listen(behind, proxy.url);
  worker = await startWorker(behind);
});
afterAll(async () => {
  await worker.stop();
  await listener.close();
  await behind.db.close();
  await Promise.all([proxy.close(), smtp.close()]);
  await direct.close();
});

const arrival = (id: string) =>
  smtp.waitFor((messages) => messages.some(({ mail }) => mail.messageId === `<${id}@example.com>`));

describe("the worker", () => {
  it("hands a message over as soon as it is committed", async () => {
    await vi.waitFor(() => expect(worker.healthy()).toEqual({ evaluation: true, delivery: true }), 10_000);
    const waits: number[] = [];
    for (let i = 0; i < 15; i++) {
      const notification = firing({ incident: null });
      const id = await write((tx) => queueDelivery(tx, { channelId: channel, kind: "firing", notification }));
      const at = performance.now();
      await arrival(id);
      waits.push(performance.now() - at);
    }
    waits.sort((a, b) => a - b);
    // The poll alone would make it half a second.
    expect(waits[7]).toBeLessThan(250);
  });

  it("goes on by itself when the database is back", async () => {
    await proxy.cut();
    const id = await queue(direct, { channel });
    await proxy.restore();
    await until(direct, id, "sent");
    await vi.waitFor(() => expect(worker.healthy()).toEqual({ evaluation: true, delivery: true }), 20_000);
  });

  it("hears of messages again when the connection for notices is dead but open", async () => {
    const heard = vi.fn();
    const own = await startProxy(direct.env.databaseUrl ?? "");
    const deaf = { ...direct, queued: new Signal<void>() };
    const stop = deaf.queued.subscribe(heard);
    const ears = await listen(deaf, own.url, { probeEveryMs: 50, probeTimeoutMs: 200 });
    try {
      await direct.db.pool.query("SELECT pg_notify('keygauge_delivery', '')");
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), 20_000);
      own.freeze();
      // Once connected again, it says that notices may have been missed; later ones come through.
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2), { timeout: 5_000 });
      await direct.db.pool.query("SELECT pg_notify('keygauge_delivery', '')");
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3), 20_000);
    } finally {
      stop();
      await ears.close();
      await own.close();
    }
  });
});
