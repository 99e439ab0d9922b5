import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { SimEvent } from "@/lib/domain/simulation/event";
import { runTraffic } from "@/lib/domain/simulation/run";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { CLOCK } from "./clock";
import { progressLine } from "./progress";
import { createSender, SendError } from "./sender";

type Behaviour = (request: number, response: ServerResponse) => boolean;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function readBody(request: IncomingMessage): Promise<SimEvent[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as SimEvent[];
}

/** A server that stores each id once; `before` and `after` storing, a behaviour may answer itself by returning true. */
async function store(behaviour: { before?: Behaviour; after?: Behaviour } = {}) {
  const ids = new Set<string>();
  const sizes: number[] = [];
  const tokens = new Set<string | undefined>();
  let requests = 0;
  const server = createServer(async (request, response) => {
    const number = requests++;
    tokens.add(request.headers.authorization);
    const events = await readBody(request).catch(() => null);
    // The client gave up before its request was whole.
    if (events === null) return;
    if (behaviour.before?.(number, response)) return;
    const fresh = events.filter((event) => !ids.has(event.id));
    for (const event of fresh) ids.add(event.id);
    sizes.push(events.length);
    if (behaviour.after?.(number, response)) return;
    const answer = {
      accepted: fresh.length,
      duplicates: events.length - fresh.length,
      rejected: 0,
      errors: [],
    };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, ids, sizes, tokens };
}

function senderTo(url: string, signal = new AbortController().signal) {
  return createSender({ url, token: "kgi_secret", connections: 3, signal, wait: () => Promise.resolve() });
}

const START = Date.UTC(2026, 2, 4, 10);
const traffic = (rate: number) => createTraffic({ seed: 5, keys: 4, rate, scenario: "steady", start: START });

/** Sends `seconds` of history and returns the events it should have sent. */
async function sendHistory(url: string, rate: number, seconds: number) {
  const until = START + seconds * 1000;
  const sender = senderTo(url);
  const signal = new AbortController().signal;
  await runTraffic({ traffic: traffic(rate), sender, from: START, until, rate, signal, ...CLOCK });
  return { totals: sender.totals, expected: traffic(rate).next(until) };
}

describe("sending", () => {
  it("sends history in full batches, each event once, with the token", async () => {
    const server = await store();
    const { totals, expected } = await sendHistory(server.url, 200, 60);
    expect([...server.ids].sort()).toEqual(expected.map((event) => event.id).sort());
    expect(Math.max(...server.sizes)).toBeLessThanOrEqual(500);
    expect(server.sizes.length).toBeLessThan(expected.length / 400);
    expect(server.tokens).toEqual(new Set(["Bearer kgi_secret"]));
    expect(totals).toMatchObject({
      sent: expected.length,
      accepted: expected.length,
      duplicates: 0,
      waiting: 0,
    });
  });

  it("loses and doubles nothing when the server refuses, breaks off, or drops its answer", async () => {
    const server = await store({
      before: (request, response) => {
        if (request % 4 === 0) response.writeHead(503, { "retry-after": "0" }).end();
        else if (request % 4 === 1) response.destroy();
        return request % 4 < 2;
      },
      after: (request, response) => {
        if (request % 4 === 2) response.destroy();
        return request % 4 === 2;
      },
    });
    const { totals, expected } = await sendHistory(server.url, 100, 60);
    expect([...server.ids].sort()).toEqual(expected.map((event) => event.id).sort());
    expect(totals.accepted + totals.duplicates).toBe(expected.length);
    expect(totals.duplicates).toBeGreaterThan(0);
    expect(totals.retries).toBeGreaterThan(0);
    expect(totals.lost).toBe(0);
  });

  it("waits as long as the server asks", async () => {
    const waits: number[] = [];
    const server = await store({
      before: (request, response) => {
        if (request === 0) response.writeHead(503, { "retry-after": "7" }).end();
        return request === 0;
      },
    });
    const sender = createSender({
      url: server.url,
      token: "t",
      connections: 1,
      signal: new AbortController().signal,
      wait: async (ms) => waits.push(ms),
    });
    await sender.send(traffic(10).next(START + 5_000));
    await sender.flush();
    expect(waits).toEqual([7000]);
    expect(sender.totals.trouble).toBeNull();
  });

  it.each([
    [401, /ingest token/],
    [404, /no Keygauge/],
  ])("gives up at once on %d, and says what it means", async (status, message) => {
    const server = await store({
      before: (_, response) => {
        response.writeHead(status).end("{}");
        return true;
      },
    });
    await expect(sendHistory(server.url, 100, 60)).rejects.toThrow(message);
    await expect(sendHistory(server.url, 100, 60)).rejects.toBeInstanceOf(SendError);
  });

  it("counts what a 422 rejected and keeps the first reason", async () => {
    const server = await store({
      before: (_, response) => {
        const errors = [{ index: 0, field: "status", message: "must be a number" }];
        response.writeHead(422).end(JSON.stringify({ accepted: 0, duplicates: 0, rejected: 3, errors }));
        return true;
      },
    });
    const sender = senderTo(server.url);
    await sender.send(
      traffic(10)
        .next(START + 1_000)
        .slice(0, 3),
    );
    await sender.flush();
    expect(sender.totals).toMatchObject({ rejected: 3, rejection: "status: must be a number" });
    expect(progressLine(sender.totals)).toContain("rejected 3");
  });

  it("counts what had no answer when it is told to give up", async () => {
    const giveUp = new AbortController();
    const server = await store({
      before: () => {
        giveUp.abort();
        return true;
      },
    });
    const sender = senderTo(server.url, giveUp.signal);
    const events = traffic(10).next(START + 5_000);
    await sender.send(events);
    await sender.flush();
    expect(sender.totals).toMatchObject({ lost: events.length, waiting: 0 });
  });
});

describe("runTraffic", () => {
  it("keeps in step with the clock: groups of about 100 ms, nothing from the future", async () => {
    let clock = START;
    const sent: { at: number; events: readonly SimEvent[] }[] = [];
    const sender = {
      ...senderTo("http://127.0.0.1:9"),
      send: async (events: readonly SimEvent[]) => void sent.push({ at: clock, events }),
      flush: async () => {},
    };
    await runTraffic({
      traffic: traffic(50),
      sender,
      from: START,
      until: START + 10_000,
      rate: 50,
      signal: new AbortController().signal,
      now: () => clock,
      wait: async (ms) => {
        clock += ms;
      },
    });
    expect(sent.flatMap((batch) => batch.events)).toEqual(traffic(50).next(START + 10_000));
    for (const { at, events } of sent) {
      for (const event of events) {
        expect(Date.parse(event.time)).toBeLessThanOrEqual(at);
        expect(Date.parse(event.time)).toBeGreaterThan(at - 300);
      }
    }
  });

  it("stops making events when it is told to", async () => {
    const stop = new AbortController();
    const server = await store({
      after: () => {
        stop.abort();
        return false;
      },
    });
    const sender = senderTo(server.url);
    await runTraffic({
      traffic: traffic(500),
      sender,
      from: START,
      until: null,
      rate: 500,
      signal: stop.signal,
      ...CLOCK,
    });
    expect(sender.totals.accepted).toBe(sender.totals.sent);
    expect(sender.totals.sent).toBe(server.ids.size);
  });
});
