import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SendContext } from "@/lib/channels/channel";
import { channelOf } from "@/lib/channels/registry";
import type { ChannelKind } from "@/lib/domain/delivery/kind";
import { attempt, closedPort, firing, IMPATIENT } from "../support/channels";
import { type HttpBehaviour, type HttpTestServer, startHttp } from "../support/http";

const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
const DELIVERY = "dlv_0123456789abcdefghjk";
const INCIDENT = "inc_0123456789abcdefghjk";
const LOOPBACK = ["127.0.0.0/8"];

let server: HttpTestServer;

beforeAll(async () => {
  server = await startHttp();
});
afterAll(() => server.close());

const context = (settings = {}, overrides: Partial<SendContext> = {}) =>
  attempt({ allowHosts: LOOPBACK, ...settings }, overrides);

/** Sends by a webhook that the server meets with `behaviour`, and gives what it received. */
async function through(behaviour: HttpBehaviour | "ok", settings = {}, overrides: Partial<SendContext> = {}) {
  if (behaviour !== "ok") server.setBehaviour(behaviour, 1);
  const before = server.requests.length;
  const config = { url: `${server.url}/hook?token=hush-hush`, secret: SECRET };
  const result = await channelOf("webhook").send(firing(), config, context(settings, overrides));
  server.setBehaviour("silent", 0);
  return { result, received: server.requests.slice(before) };
}

describe("a webhook", () => {
  it("is signed, and says what happened", async () => {
    const { result, received } = await through("ok");
    expect(result).toMatchObject({ outcome: "sent", response: "HTTP 200: {}" });
    expect(result.reached).toEqual([{ to: `${server.url}/hook?token=…` }]);
    const [request] = received;
    const { method, path, headers, body, json } = request ?? expect.fail("nothing arrived");
    expect([method, path]).toEqual(["POST", "/hook?token=hush-hush"]);
    expect(headers).toMatchObject({ "content-type": "application/json", "webhook-id": DELIVERY });
    const timestamp = String(headers["webhook-timestamp"]);
    expect(Number(timestamp)).toBe(Math.floor(firing().at / 1000));
    const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`${DELIVERY}.${timestamp}.${body}`).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
    expect(json).toMatchObject({
      type: "incident.firing",
      timestamp: new Date(firing().at).toISOString(),
      data: {
        kind: "firing",
        summary: "prod-chat-2: 952 requests in 5 min (≥ 950)",
        incident: { id: INCIDENT, resolved_at: null },
        subject: { kind: "key", name: "prod-chat-2", hint: "sk-…4f2a", provider: "openai" },
        severity: "critical",
        value: 952,
        threshold: 950,
      },
    });
  });

  it("repeats the same id and body after an ambiguity", async () => {
    const first = await through("reset");
    expect(first.result).toMatchObject({ outcome: "ambiguous", reached: [] });
    const again = await through("ok", {}, { attempt: 2, maybeSentBefore: true, now: firing().at + 60_000 });
    expect(again.result.outcome).toBe("sent");
    const [one, two] = [...first.received, ...again.received];
    expect(two?.headers["webhook-id"]).toBe(one?.headers["webhook-id"]);
    expect(two?.body).toBe(one?.body);
    expect(two?.headers["webhook-signature"]).not.toBe(one?.headers["webhook-signature"]);
  });

  it("is not sent again to who has it", async () => {
    const { result, received } = await through("ok", {}, { reached: [{ to: "x" }] });
    expect(result.outcome).toBe("sent");
    expect(received).toEqual([]);
  });
});

describe("an answer", () => {
  it.each<[HttpBehaviour, string, string]>([
    [{ status: 204 }, "sent", ""],
    [{ status: 400, body: `no: hush-hush ${SECRET}` }, "permanent", "HTTP 400: no: [secret] [secret]"],
    [{ status: 404 }, "permanent", "HTTP 404"],
    [{ status: 410 }, "permanent", "It is gone for good. HTTP 410"],
    [{ status: 408 }, "not_sent", "HTTP 408"],
    [{ status: 429 }, "not_sent", "HTTP 429"],
    [{ status: 500, body: "oops\r\n" }, "ambiguous", "HTTP 500: oops"],
    [{ status: 503 }, "ambiguous", "HTTP 503"],
    ["reset", "ambiguous", "socket hang up"],
  ])("%j: %s", async (behaviour, outcome, error) => {
    const { result, received } = await through(behaviour);
    expect(result.outcome).toBe(outcome);
    if ("error" in result) expect(result.error).toContain(error);
    expect(received).toHaveLength(1);
  });

  it.each([
    ["7", 7],
    ["0", 0],
    [new Date(firing().at + 30_000).toUTCString(), 30],
    ["100000000", 86_400],
    ["soon", undefined],
  ])("429 with Retry-After: %s waits %s s", async (header, seconds) => {
    const { result } = await through({ status: 429, headers: { "retry-after": header } });
    expect(result).toMatchObject({ outcome: "not_sent", retryAfterS: seconds });
  });

  it.each([301, 302, 303, 307, 308])("%s is not followed", async (status) => {
    const location = `${server.url}/elsewhere`;
    const { result, received } = await through({ status, headers: { location } });
    expect(result).toMatchObject({
      outcome: "permanent",
      error: expect.stringMatching(/^It redirects to 127\.0\.0\.1:\d+ \(HTTP 30\d\), and redirects are not/),
    });
    expect(received.map(({ path }) => path)).toEqual(["/hook?token=hush-hush"]);
  });

  it("that never ends is cut, and its status counts", async () => {
    const { result } = await through("endless");
    expect(result.outcome).toBe("sent");
    expect(result.response?.length).toBeLessThan(400);
  });

  it("that never comes is ambiguous", async () => {
    const { result } = await through("silent", { timeouts: IMPATIENT });
    expect(result).toMatchObject({ outcome: "ambiguous", error: "No answer within 1.5 s" });
  });

  it("that does not come before the stop is ambiguous, a stop before is not sent", async () => {
    const stop = new AbortController();
    const count = server.requests.length;
    const sending = through("silent", {}, { signal: stop.signal });
    await server.waitFor(count + 1);
    stop.abort();
    expect((await sending).result.outcome).toBe("ambiguous");
    const { result, received } = await through("ok", {}, { signal: stop.signal });
    expect(result.outcome).toBe("not_sent");
    expect(received).toEqual([]);
  });
});

describe("a host", () => {
  const send = (url: string, allowHosts: string[]) =>
    channelOf("webhook").send(firing(), { url, secret: SECRET }, context({ allowHosts }));

  it("that nobody listens on is not sent", async () => {
    expect(await send(`http://127.0.0.1:${await closedPort()}/`, LOOPBACK)).toMatchObject({
      outcome: "not_sent",
      error: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("without an address is not sent", async () => {
    expect((await send("http://nowhere.invalid/", [])).outcome).toBe("not_sent");
  });

  it("that speaks no TLS is not sent", async () => {
    expect((await send(`https://127.0.0.1:${server.port}/`, LOOPBACK)).outcome).toBe("not_sent");
  });

  it.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0"])(
    "%s is private and gets nothing unless it is allowed",
    async (host) => {
      const before = server.connections;
      expect(await send(`http://${host}:${server.port}/`, ["10.0.0.0/8", "other"])).toMatchObject({
        outcome: "permanent",
        error: expect.stringContaining("KEYGAUGE_ALLOW_HOSTS"),
      });
      expect(server.connections).toBe(before);
    },
  );

  it("that is allowed by its name is reached", async () => {
    expect((await send(`http://localhost:${server.port}/`, ["localhost"])).outcome).toBe("sent");
  });
});

describe("every kind", () => {
  const kinds: [ChannelKind, (url: string) => Record<string, string>, string][] = [
    ["slack", (url) => ({ url: `${url}/services/T0/B0/secret-path` }), "/services/T0/B0/secret-path"],
    ["teams", (url) => ({ url: `${url}/workflows/secret-path?sig=s` }), "/workflows/secret-path?sig=s"],
    [
      "discord",
      (url) => ({ url: `${url}/api/webhooks/1/secret-path` }),
      "/api/webhooks/1/secret-path?wait=true",
    ],
    ["pagerduty", (url) => ({ routing_key: "KQ7secretkeyK9", url }), "/v2/enqueue"],
    ["opsgenie", (url) => ({ api_key: "KQ7secretkeyK9", url }), "/v2/alerts"],
    ["alertmanager", (url) => ({ url }), "/api/v2/alerts"],
  ];

  it.each(kinds)("%s posts JSON to its path, and keeps its secrets", async (kind, config, path) => {
    const channel = channelOf(kind);
    const parsed = channel.configSchema.parse(config(server.url));
    const before = server.requests.length;
    server.setBehaviour(
      { status: 400, body: `Bad request to ${server.url}${path} ${Object.values(config("")).join(" ")}` },
      1,
    );
    const refused = await channel.send(firing(), parsed, context());
    expect(refused.outcome).toBe("permanent");
    expect(JSON.stringify(refused)).not.toMatch(/secret-path|KQ7secretkeyK9/);
    const sent = await channel.send(firing(), parsed, context());
    expect(sent.outcome).toBe("sent");
    expect(JSON.stringify(sent)).not.toMatch(/secret-path|KQ7secretkeyK9/);
    const received = server.requests.slice(before);
    expect(received.map((request) => [request.method, request.path])).toEqual([
      ["POST", path],
      ["POST", path],
    ]);
    expect(received[0]?.headers["content-type"]).toBe("application/json");
    const kept = channel.render(firing(), parsed, {
      settings: context().settings,
      idempotencyKey: DELIVERY,
      maybeSentBefore: false,
    });
    expect(JSON.stringify(kept)).not.toMatch(/secret-path|KQ7secretkeyK9/);
    expect(kept.subject).toContain("952 requests");
  });

  it("discord tells its id, and how long to wait", async () => {
    const discord = channelOf("discord");
    const config = { url: `${server.url}/api/webhooks/1/x` };
    server.setBehaviour({ status: 200, body: '{"id":"12345"}' }, 1);
    expect(await discord.send(firing(), config, context())).toMatchObject({ providerId: "12345" });
    server.setBehaviour({ status: 429, body: '{"retry_after":1.5}' }, 1);
    expect(await discord.send(firing(), config, context())).toMatchObject({
      outcome: "not_sent",
      retryAfterS: 1.5,
    });
  });

  it("opsgenie signs in with its key, and changes what is open", async () => {
    const before = server.requests.length;
    const config = { api_key: "KQ7secretkeyK9", url: server.url };
    await channelOf("opsgenie").send(firing({ kind: "escalated" }), config, context());
    const received = server.requests.slice(before);
    const on = (action: string) => `/v2/alerts/${INCIDENT}/${action}?identifierType=alias`;
    expect(received.map(({ method, path }) => [method, path])).toEqual([
      ["POST", "/v2/alerts"],
      ["PUT", on("priority")],
      ["PUT", on("message")],
    ]);
    for (const { headers } of received) expect(headers.authorization).toBe("GenieKey KQ7secretkeyK9");
    expect(received[1]?.json).toEqual({ priority: "P1" });
  });

  it("a call that fails ends the row, and the next attempt begins anew", async () => {
    const config = { routing_key: "KQ7secretkeyK9", url: server.url };
    const send = () =>
      channelOf("pagerduty").send(firing({ kind: "fired_and_recovered" }), config, context());
    const before = server.requests.length;
    server.setBehaviour({ status: 429 }, 1);
    expect((await send()).outcome).toBe("not_sent");
    expect((await send()).outcome).toBe("sent");
    expect(server.requests.slice(before).map(({ json }) => [json.event_action, json.dedup_key])).toEqual([
      ["trigger", INCIDENT],
      ["trigger", INCIDENT],
      ["resolve", INCIDENT],
    ]);
  });
});
