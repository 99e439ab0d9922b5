import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setLogLevel } from "@/lib/log";
import { bundle } from "../support/bundle";
import { createRuntime, TEST_SECRET } from "../support/database";
import { endLease, insertChannel, insertIncident, queue, read, until } from "../support/deliveries";
import { type SmtpTestServer, startSmtp } from "../support/smtp";
import { startTwilio, type TwilioTestServer } from "../support/twilio";

const APP_URL = "https://keygauge.example.com";
const NUMBER = "+15551230000";

let program: string;
let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let twilio: TwilioTestServer;
let env: Record<string, string>;
let channel: string;
const workers: ChildProcess[] = [];

interface Worker {
  post(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
  kill(): Promise<void>;
}

/** A process of its own that sends deliveries; SIGKILL is the only way it ends. */
async function startWorker(): Promise<Worker> {
  const child = spawn(process.execPath, [program], {
    env: { NODE_ENV: "test", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  workers.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const url = `http://127.0.0.1:${line.replace("ready ", "")}`;
  return {
    post: (path, body, headers = {}) => fetch(`${url}${path}`, { method: "POST", body, headers }),
    kill: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

beforeAll(async () => {
  setLogLevel("silent");
  [program, smtp, twilio] = await Promise.all([
    bundle("tests/support/delivery-worker.ts"),
    startSmtp(),
    startTwilio(),
  ]);
  const settings = {
    SMTP_URL: smtp.url,
    MAIL_FROM: "keygauge@example.com",
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.settings.from,
    TWILIO_BASE_URL: twilio.baseUrl,
    APP_URL,
  };
  runtime = await createRuntime(settings);
  env = { ...settings, AUTH_SECRET: TEST_SECRET, DATABASE_URL: runtime.env.databaseUrl ?? "" };
});
beforeEach(async () => {
  smtp.setBehaviour("ok");
  twilio.setBehaviour("ok");
  channel = await insertChannel(runtime, "email", ["ops@example.com"]);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map(end));
  await runtime.db.pool.query("TRUNCATE channel, incident CASCADE");
});
afterAll(() => Promise.all([runtime.close(), smtp.close(), twilio.close()]));

const copies = (id: string) =>
  smtp.messages.filter(({ mail }) => mail.messageId === `<${id}@example.com>`).length;

/** Nothing is lost, and nothing comes more often than what nobody could know explains. */
async function expectAccounted(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const row = await read(runtime, id);
    expect(["sent", "delivered", "dead", "suppressed"]).toContain(row.state);
    if (row.state === "dead" || row.state === "suppressed") expect(row.reason).toBeTruthy();
    const ambiguities = row.attempts.filter(({ outcome }) => outcome === "ambiguous").length;
    expect(copies(id)).toBeLessThanOrEqual(1 + ambiguities);
    if (row.state === "sent" && row.channel.kind === "email") expect(copies(id)).toBeGreaterThan(0);
  }
}

/** Holds what `sql` locks until the returned function lets go; what waits for it is ended first, as a crash would. */
async function hold(sql: string): Promise<{ waitedFor(): Promise<void>; letGo(): Promise<void> }> {
  const holder: pg.PoolClient = await runtime.db.pool.connect();
  await holder.query("BEGIN");
  await holder.query(sql);
  const waiting =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return {
    waitedFor: () =>
      // Not by the holder, whose transaction keeps seeing what it saw first.
      vi.waitFor(async () => expect((await runtime.db.pool.query(waiting)).rows.length).toBeGreaterThan(0), {
        timeout: 15_000,
        interval: 20,
      }),
    async letGo() {
      await runtime.db.pool.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS waiting`);
      await holder.query("ROLLBACK");
      holder.release();
    },
  };
}

describe("a server that is killed", () => {
  it("between the commit and the claim: the message is sent, once", async () => {
    const held = await hold("LOCK TABLE delivery_attempt IN EXCLUSIVE MODE");
    const id = await queue(runtime, { channel, incident: await insertIncident(runtime), fresh: true });
    const worker = await startWorker();
    await held.waitedFor();
    await worker.kill();
    await held.letGo();
    expect(await read(runtime, id)).toMatchObject({ state: "queued", attemptCount: 0 });
    await startWorker();
    expect(await until(runtime, id, "sent")).toMatchObject({ attemptCount: 1, maybeSent: false });
    expect(copies(id)).toBe(1);
  });

  it("between the claim and the send: the ambiguity is recorded, and the message sent once", async () => {
    smtp.setBehaviour("no_greeting", 1);
    const id = await queue(runtime, { channel, incident: await insertIncident(runtime), fresh: true });
    const asked = smtp.connections;
    const worker = await startWorker();
    await vi.waitFor(() => expect(smtp.connections).toBeGreaterThan(asked), {
      timeout: 15_000,
      interval: 10,
    });
    await worker.kill();
    expect(await read(runtime, id)).toMatchObject({ state: "sending", attemptCount: 1 });
    await endLease(runtime, id);
    await startWorker();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["ambiguous", "sent"]);
    expect(copies(id)).toBe(1);
  });

  it("between the send and its outcome: the copy has the same identity", async () => {
    const held = await hold(`SELECT FROM channel WHERE id = '${channel}' FOR NO KEY UPDATE`);
    const id = await queue(runtime, { channel, incident: await insertIncident(runtime), fresh: true });
    const worker = await startWorker();
    await smtp.waitFor(() => copies(id) === 1);
    await held.waitedFor();
    await worker.kill();
    await held.letGo();
    await endLease(runtime, id);
    await startWorker();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["ambiguous", "sent"]);
    expect(copies(id)).toBe(2);
    await expectAccounted([id]);
  });

  it("between the send and its outcome, by SMS: Twilio knows, and nothing is sent again", async () => {
    const phone = await insertChannel(runtime, "sms", [NUMBER]);
    const held = await hold(`SELECT FROM channel WHERE id = '${phone}' FOR NO KEY UPDATE`);
    const before = twilio.messages.length;
    const id = await queue(runtime, { channel: phone, incident: await insertIncident(runtime), fresh: true });
    const worker = await startWorker();
    await twilio.waitFor(before + 1);
    await held.waitedFor();
    await worker.kill();
    await held.letGo();
    await endLease(runtime, id);
    await startWorker();
    await until(runtime, id, "sent");
    expect(twilio.messages).toHaveLength(before + 1);
  });

  it("inside a callback: nothing of it counts, and the next one does", async () => {
    const phone = await insertChannel(runtime, "sms", [NUMBER]);
    const before = twilio.messages.length;
    const id = await queue(runtime, { channel: phone });
    const worker = await startWorker();
    await until(runtime, id, "sent");
    const form = { MessageSid: twilio.messages[before]?.sid ?? "", To: NUMBER, MessageStatus: "delivered" };
    const path = `/api/v1/twilio/status/${id}`;
    const signed = Object.entries(form).sort().flat().join("");
    const signature = createHmac("sha1", twilio.authToken)
      .update(`${APP_URL}${path}${signed}`)
      .digest("base64");
    const post = (to: Worker) =>
      to.post(path, new URLSearchParams(form).toString(), { "x-twilio-signature": signature });
    const held = await hold("LOCK TABLE delivery_receipt IN EXCLUSIVE MODE");
    const cut = post(worker).catch(() => "cut off");
    await held.waitedFor();
    await worker.kill();
    expect(await cut).toBe("cut off");
    await held.letGo();
    expect(await read(runtime, id)).toMatchObject({ state: "sent" });
    const next = await startWorker();
    expect((await post(next)).status).toBe(204);
    expect((await post(next)).status).toBe(204);
    expect(await read(runtime, id)).toMatchObject({ state: "delivered", attemptCount: 1 });
    expect(twilio.messages).toHaveLength(before + 1);
  });
});

it("two servers, one of them killed again and again: every message comes", async () => {
  await startWorker();
  const ids: string[] = [];
  for (let round = 0; round < 4; round++) {
    const victim = await startWorker();
    for (let i = 0; i < 10; i++)
      ids.push(await queue(runtime, { channel, incident: await insertIncident(runtime) }));
    await until(runtime, ids[ids.length - 5] ?? "", ({ state }) => state !== "queued");
    await victim.kill();
    await runtime.db.pool.query("UPDATE delivery SET lease_until = now() WHERE state = 'sending'");
  }
  // What the other was sending just then looks abandoned too: an ambiguity, recorded.
  for (const id of ids) await until(runtime, id, "sent");
  await expectAccounted(ids);
});

it("a server whose clock is an hour off and jumps sends as the database's clock says", async () => {
  const worker = await startWorker();
  await worker.post("/clock", String(3_600_000));
  smtp.setBehaviour("450", 1);
  const first = await queue(runtime, { channel, incident: await insertIncident(runtime), fresh: true });
  const sent = await until(runtime, first, "sent");
  expect(sent.attempts.map(({ outcome }) => outcome)).toEqual(["not_sent", "sent"]);
  // Held for 30 s of the database's clock, whatever its own clock shows meanwhile.
  const follower = await queue(runtime, { channel, incident: await insertIncident(runtime), fresh: true });
  await until(runtime, follower, ({ hold: kept }) => kept === "followers rule_1");
  await worker.post("/clock", String(-3_600_000));
  await until(runtime, await queue(runtime, { channel }), "sent");
  await worker.post("/clock", "7200000");
  await until(runtime, await queue(runtime, { channel }), "sent");
  expect(await read(runtime, follower)).toMatchObject({ state: "queued", admittedAt: null });
  const { rows } = await runtime.db.pool.query<{ near: boolean }>(
    "SELECT bool_and(abs(extract(epoch FROM started_at - now())) < 120) AS near FROM delivery_attempt",
  );
  expect(rows[0]?.near).toBe(true);
  await runtime.db.pool.query("UPDATE delivery SET held_until = now() WHERE id = $1", [follower]);
  await until(runtime, follower, "sent");
  await expectAccounted([first, follower]);
});
