import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ADMIN_TOKEN,
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

let installation: Installation;
let server: ServerProcess;
beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir });
});
afterAll(async () => {
  await server.stop();
  await installation.remove();
});

const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };

async function send(key: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ key, provider: "openai", status: 429, input_tokens: 7 }),
  });
  expect(answer.status).toBe(200);
}

/** The id of a key, registered if need be. */
async function idOf(key: string): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/keys`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json" },
    body: JSON.stringify({ key, provider: "openai" }),
  });
  return ((await answer.json()) as { id: string }).id;
}

interface Message {
  event: string;
  /** The cursor of what was told with it; of several that went out together the last has it. */
  id: string;
  data: Record<string, unknown>;
}

/** The messages of a stream, one by one. */
async function* messages(answer: Response): AsyncGenerator<Message> {
  let text = "";
  for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      yield { event: field("event") ?? "", id: field("id") ?? "", data: JSON.parse(field("data") ?? "null") };
    }
  }
}

async function next(
  stream: AsyncGenerator<Message>,
  wanted: (message: Message) => boolean,
): Promise<Message> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error("the stream ended");
    if (wanted(value)) return value;
  }
}

test("without a token, or for a key that is none, there is a problem and no stream", async () => {
  const anonymous = await fetch(`${server.url}/api/v1/stream`);
  expect([anonymous.status, anonymous.headers.get("content-type")]).toEqual([
    401,
    "application/problem+json",
  ]);
  const wrong = await fetch(`${server.url}/api/v1/stream?key=none`, { headers: ADMIN });
  expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ path: "key" }] }]);
});

test("tells of use with its 10 s cells, narrowed to the keys that were asked for", {
  timeout: 60_000,
}, async () => {
  const [mine, other] = [await idOf("sk-stream-mine"), await idOf("sk-stream-other")];
  const leave = new AbortController();
  const open = async (query: string) => {
    const answer = await fetch(`${server.url}/api/v1/stream${query}`, {
      headers: ADMIN,
      signal: leave.signal,
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const stream = messages(answer);
    expect((await stream.next()).value).toMatchObject({ event: "alive" });
    return stream;
  };
  const [all, narrow] = [await open(""), await open(`?key=${mine}`)];
  await send("sk-stream-other");
  const use = (id: string) => (message: Message) =>
    message.event === "usage" && (message.data.keys as string[]).includes(id);
  expect((await next(all, use(other))).data).toMatchObject({
    keys: [other],
    deltas: [{ key: other, requests: 1, outcomes: [0, 1, 0, 0, 0, 0, 0, 0], input_tokens: 7 }],
  });
  await send("sk-stream-mine");
  // The other key's use came before, and was passed over.
  const told = await next(narrow, ({ event }) => event === "usage");
  expect(told.data).toMatchObject({ keys: [mine], deltas: [{ key: mine }] });
  leave.abort();
});

/** A stream from `since` on, and what its opening tells, up to where it has caught up. */
async function openedAt(
  since: string,
  headers: Record<string, string> = {},
): Promise<{ told: string[]; id: string; close(): Promise<void> }> {
  const query = since === "" ? "" : `?since=${since}`;
  const stream = messages(
    await fetch(`${server.url}/api/v1/stream${query}`, { headers: { ...ADMIN, ...headers } }),
  );
  const told: string[] = [];
  for (;;) {
    const { event, data, id } = await next(stream, () => true);
    if (event !== "alive") told.push(event === "changed" ? `${data.entity} ${data.id}` : event);
    if (id !== "") return { told, id, close: async () => void (await stream.return(undefined)) };
  }
}

async function createChannel(name: string): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/channels`, {
    method: "POST",
    headers: { ...ADMIN, "content-type": "application/json" },
    body: JSON.stringify({ name, kind: "email", config: { to: ["ops@example.com"] } }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

test("an opening tells what came after the message that was read last, and nothing else", async () => {
  const before = await openedAt("");
  expect(before.told).toEqual([]);
  await before.close();
  const id = await createChannel("Ops");
  const after = await openedAt(before.id);
  expect(after.told).toEqual([`channel ${id}`]);
  await after.close();
  // A browser that comes back by itself says so in a header, and repeats the address it began with.
  const again = await openedAt(before.id, { "last-event-id": after.id });
  expect(again.told).toEqual([]);
  await again.close();
  await send("sk-stream-mine");
  const used = await openedAt(after.id);
  expect(used.told).toContain("usage");
  await used.close();
});

test("an open stream is not told again what its opening told, nor what was read before", async () => {
  // Others listen: what changed waits for the next tick.
  const other = messages(await fetch(`${server.url}/api/v1/stream`, { headers: ADMIN }));
  const { value: first } = await other.next();
  const id = await createChannel("Told once");
  const late = messages(await fetch(`${server.url}/api/v1/stream?since=${first.id}`, { headers: ADMIN }));
  const told: string[] = [];
  const last = await createChannel("Told last");
  await next(late, ({ event, data }) => {
    if (event === "changed") told.push(String(data.id));
    return data.id === last;
  });
  expect(told).toEqual([id, last]);
  await Promise.all([other.return(undefined), late.return(undefined)]);
});

test("of another process's messages nothing is known, and the opening says so", async () => {
  const { told, close } = await openedAt("0123456789abcdef.7");
  expect(told).toEqual(["missed"]);
  await close();
  const wrong = await fetch(`${server.url}/api/v1/stream?since=yesterday`, { headers: ADMIN });
  expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ path: "since" }] }]);
});

test("a stop ends open streams", { timeout: 60_000 }, async () => {
  const stream = messages(await fetch(`${server.url}/api/v1/stream`, { headers: ADMIN }));
  await stream.next();
  const ended = expect(next(stream, () => false)).rejects.toThrow();
  expect(await server.stop()).toBe(0);
  await ended;
  server = await startServer({ dataDir: installation.dataDir });
});
