import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDb } from "@/lib/db/db";
import { setLogLevel } from "@/lib/log";
import { type Answer, attempt } from "@/lib/worker/delivery/attempt";
import { type Claimed, claim } from "@/lib/worker/delivery/claim";
import { writeOutcome } from "@/lib/worker/delivery/outcome";
import { type DispatcherOptions, startDispatcher } from "@/lib/worker/dispatcher";
import { IMPATIENT } from "../support/channels";
import { createRuntime } from "../support/database";
import { endLease, insertChannel, insertIncident, queue, read, until } from "../support/deliveries";
import { startProxy, type TcpProxy } from "../support/proxy";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let smtp: SmtpTestServer;
let channel: string;
const refusals: number[] = [];
const running: { stop(): Promise<void> }[] = [];

function start(own = runtime, options: DispatcherOptions = {}) {
  const dispatcher = startDispatcher(own, { random: () => 0, ...options });
  running.push(dispatcher);
  return dispatcher;
}

/** What a worker takes that is killed before it writes anything down. */
async function take(): Promise<Claimed> {
  const [claimed] = await claim(runtime.db.pool, { slots: 1, perChannel: 1, underWay: [] });
  return claimed ?? expect.fail("nothing was due");
}

const context = () => ({
  settings: { appUrl: runtime.env.appUrl, smtpUrl: smtp.url, mailFrom: runtime.env.mailFrom },
  keyring: runtime.keyring,
  earlier: async () => [],
  signal: new AbortController().signal,
});

const copies = (id: string) => smtp.messages.filter(({ mail }) => mail.messageId === `<${id}@example.com>`);

beforeAll(async () => {
  setLogLevel("silent");
  smtp = await startSmtp({ recipient: () => refusals.pop() });
  runtime = await createRuntime({ SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" });
});
beforeEach(async () => {
  smtp.setBehaviour("ok");
  refusals.length = 0;
  channel = await insertChannel(runtime, "email", ["ops@example.com"]);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
  await runtime.db.pool.query("TRUNCATE channel, incident CASCADE");
});
afterAll(() => Promise.all([runtime.close(), smtp.close()]));

describe("a worker that dies", () => {
  it("before it sends: the message comes, with the ambiguity on record", async () => {
    const id = await queue(runtime, { channel });
    const claimed = await take();
    expect(claimed).toMatchObject({ id, attempt: 1, fence: 1, maybeSent: false });
    expect(await read(runtime, id)).toMatchObject({
      state: "sending",
      attempts: [{ number: 1, outcome: null }],
    });
    await endLease(runtime, id);
    start();
    const row = await until(runtime, id, "sent");
    expect(row).toMatchObject({ attemptCount: 2, maybeSent: true });
    expect(row.attempts).toMatchObject([
      { number: 1, outcome: "ambiguous", error: "The worker stopped before it knew the outcome" },
      { number: 2, outcome: "sent" },
    ]);
    expect(row.attempts[0]?.finishedAt).not.toBeNull();
    expect(copies(id)).toHaveLength(1);
  });

  it("after it sent: the copy has the same Message-ID", async () => {
    const id = await queue(runtime, { channel });
    expect((await attempt(await take(), context())).outcome).toBe("sent");
    await endLease(runtime, id);
    start();
    const row = await until(runtime, id, "sent");
    expect(row).toMatchObject({ attemptCount: 2, maybeSent: true });
    expect(copies(id)).toHaveLength(2);
  });

  it("keeps its message until the lease ends", async () => {
    const id = await queue(runtime, { channel });
    await take();
    start();
    await until(runtime, await queue(runtime, { channel }), "sent");
    expect(await read(runtime, id)).toMatchObject({ state: "sending", attemptCount: 1 });
  });

  it("holds back the resolution until its firing is told", async () => {
    const incident = await insertIncident(runtime);
    const fired = await queue(runtime, { channel, incident });
    await take();
    const resolved = await queue(runtime, { channel, incident, kind: "resolved" });
    start();
    await until(runtime, await queue(runtime, { channel }), "sent");
    expect((await read(runtime, resolved)).attemptCount).toBe(0);
    await endLease(runtime, fired);
    await until(runtime, resolved, "sent");
    const order = smtp.messages.map(({ mail }) => mail.messageId);
    expect(order.indexOf(`<${resolved}@example.com>`)).toBeGreaterThan(
      order.indexOf(`<${fired}@example.com>`),
    );
  });
});

describe("a worker that wakes after its lease", () => {
  it("cannot overwrite what another has written", async () => {
    const id = await queue(runtime, { channel });
    const late = await take();
    await endLease(runtime, id);
    start();
    const written = await until(runtime, id, "sent");
    const answer: Answer = { outcome: "permanent", error: "550 no", reached: [] };
    expect(await writeOutcome(runtime.db.pool, late, answer, 0)).toBeNull();
    expect(await read(runtime, id)).toEqual(written);
  });

  it("cannot write while another is sending either, but may when nobody took over", async () => {
    const id = await queue(runtime, { channel });
    const late = await take();
    await endLease(runtime, id);
    const mine = await take();
    expect(mine).toMatchObject({ id, attempt: 2, fence: 2, maybeSent: true });
    expect(await writeOutcome(runtime.db.pool, late, { outcome: "sent", reached: [] }, 0)).toBeNull();
    await endLease(runtime, id);
    const next = await writeOutcome(runtime.db.pool, mine, { outcome: "sent", reached: [] }, 0);
    expect(next).toEqual({ state: "sent", reason: null, maybeSent: true });
  });
});

it("several workers send each message once", async () => {
  const channels = [channel];
  for (let i = 0; i < 3; i++) channels.push(await insertChannel(runtime, "email", ["ops@example.com"]));
  const ids: string[] = [];
  for (let i = 0; i < 48; i++) ids.push(await queue(runtime, { channel: channels[i % 4] ?? channel }));
  for (let i = 0; i < 3; i++) start();
  for (const id of ids) {
    expect(await until(runtime, id, "sent")).toMatchObject({ attemptCount: 1, maybeSent: false });
    expect(copies(id)).toHaveLength(1);
  }
});

it("claims at the same instant never take the same delivery", async () => {
  for (let round = 0; round < 5; round++) {
    const ids = new Set<string>();
    for (let i = 0; i < 10; i++) ids.add(await queue(runtime, { channel }));
    const claims = Array.from({ length: 5 }, () =>
      claim(runtime.db.pool, { slots: 10, perChannel: 10, underWay: [] }),
    );
    const taken = (await Promise.all(claims)).flat().map(({ id }) => id);
    expect(new Set(taken)).toEqual(ids);
    expect(taken).toHaveLength(ids.size);
  }
});

describe("without the database", () => {
  let proxy: TcpProxy;
  let own: typeof runtime;
  beforeEach(async () => {
    proxy = await startProxy(runtime.env.databaseUrl ?? "");
    own = { ...runtime, db: openDb(proxy.url, { poolSize: 5 }) };
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
    await own.db.close();
    await proxy.close();
  });

  it("what was sent is written down when it is back, and not sent again", async () => {
    smtp.setBehaviour("silent_after_data", 1);
    const id = await queue(runtime, { channel });
    start(own, { timeouts: IMPATIENT });
    await smtp.waitFor(() => copies(id).length > 0);
    await proxy.cut();
    // The lease ends meanwhile; with nobody else there, the worker's own word still counts.
    await endLease(runtime, id);
    const other = await queue(runtime, { channel });
    await proxy.restore();
    const row = await until(runtime, id, "sent");
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual(["ambiguous", "sent"]);
    expect(row.attempts[0]?.error).not.toBe("The worker stopped before it knew the outcome");
    await until(runtime, other, "sent");
  });

  it("a claim whose answer was lost is ambiguous", async () => {
    const id = await queue(runtime, { channel });
    await take();
    await proxy.cut();
    const dispatcher = start(own);
    await endLease(runtime, id);
    await proxy.restore();
    await until(runtime, id, "sent");
    expect(dispatcher.healthy()).toBe(true);
  });
});

it("every message ends, with no more copies than its ambiguities explain", async () => {
  const channels = [channel, await insertChannel(runtime, "email", ["a@example.com", "b@example.com"])];
  smtp.setBehaviour("drop_after_data", 8);
  // Of the recipients asked for, the first are taken, refused for now, or for good.
  refusals.push(...Array.from({ length: 40 }, (_, i) => [450, 0, 550, 451, 0][i % 5] ?? 0));
  const ids: string[] = [];
  for (let i = 0; i < 30; i++) {
    const incident = await insertIncident(runtime);
    const to = channels[i % 2] ?? channel;
    ids.push(await queue(runtime, { channel: to, incident }));
    if (i % 3 === 0) ids.push(await queue(runtime, { channel: to, incident, kind: "resolved" }));
  }
  const lost = [await take(), await take(), await take()];
  start();
  start();
  for (const { id } of lost) await endLease(runtime, id);
  for (const id of ids) {
    const row = await until(runtime, id, (one) => one.finishedAt !== null);
    expect(["sent", "dead", "failed", "suppressed", "unknown"]).toContain(row.state);
    if (row.state !== "sent") expect(row.reason).toBeTruthy();
    const ambiguities = row.attempts.filter(({ outcome }) => outcome === "ambiguous").length;
    if (ambiguities > 0) expect(row.maybeSent).toBe(true);
    const perRecipient = new Map<string, number>();
    for (const to of copies(id).flatMap(({ recipients }) => recipients)) {
      perRecipient.set(to, (perRecipient.get(to) ?? 0) + 1);
    }
    for (const count of perRecipient.values()) expect(count).toBeLessThanOrEqual(1 + ambiguities);
    if (row.state === "sent") expect(perRecipient.size).toBeGreaterThan(0);
  }
});
