import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { POST as ACK, DELETE as UNACK } from "@/app/api/v1/incidents/[id]/acknowledgement/route";
import { DELETE as UNCOMMENT } from "@/app/api/v1/incidents/[id]/comments/[comment]/route";
import { POST as COMMENT } from "@/app/api/v1/incidents/[id]/comments/route";
import { GET as POSTMORTEM } from "@/app/api/v1/incidents/[id]/postmortem/route";
import { GET } from "@/app/api/v1/incidents/[id]/route";
import { GET as LIST } from "@/app/api/v1/incidents/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { acknowledgeByLink, acknowledgeIncident } from "@/lib/features/incidents/commands";
import { acknowledgementLink } from "@/lib/features/incidents/link";
import { describeLink, getIncident } from "@/lib/features/incidents/queries";
import { createToken } from "@/lib/features/tokens/commands";
import type { Runtime } from "@/lib/runtime";
import type { Engine } from "@/lib/worker/evaluation/engine";
import { evaluate, OPERATOR, type Scene, scene, settle } from "../support/alerting";
import { call } from "../support/call";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;
let engine: Engine;
let token: string;
let channel: string;
let ruleId: string;

beforeAll(async () => {
  runtime = await createRuntime();
});
beforeEach(async () => {
  stage = await scene(runtime);
  token = (await createToken({ actor: SYSTEM, input: { name: "ci", role: "operator" } })).token;
  channel = await stage.channel();
  ruleId = (await stage.rule({ channels: [channel], repeat_every: "20s" })).id;
  engine = await stage.engine();
});
afterAll(() => runtime.close());

async function fire(...keys: string[]): Promise<string[]> {
  // Of a provider each, so that none shares an incident.
  for (const key of keys) await stage.post(key, 10, { provider: `of-${key}` });
  await evaluate(engine, stage);
  return (await stage.incidents()).map(({ id }) => id);
}

it("lists by state, key, rule and severity, page by page", async () => {
  const ids = await fire("k1", "k2", "k3");
  const list = async (query: string) => {
    const { body } = await call(LIST, { token, path: `/api/v1/incidents?${query}` });
    return (body.data as { id: string }[] | undefined)?.map(({ id }) => id) ?? body;
  };
  expect([...((await list("")) as string[])].sort()).toEqual([...ids].sort());
  const k1 = await stage.keyId("k1");
  const [ofKey] = (await list(`key=${k1}`)) as string[];
  expect(await runtime.db.prisma.incident.findUnique({ where: { id: ofKey ?? "" } })).toMatchObject({
    keyId: BigInt(k1),
  });
  await acknowledgeIncident({ actor: OPERATOR, id: ofKey ?? "" });
  expect(await list("state=acknowledged")).toEqual([ofKey]);
  expect(await list("state=firing")).toHaveLength(2);
  expect(await list("state=open")).toHaveLength(3);
  expect(await list("state=resolved")).toEqual([]);
  expect(await list(`rule=${ruleId}&severity=warning`)).toHaveLength(3);
  expect(await list("severity=critical")).toEqual([]);
  expect(await list("q=near%20THE")).toHaveLength(3);
  expect(await list("q=k1")).toEqual([ofKey]);
  expect(await list("q=nothing-like-it")).toEqual([]);
  expect(await list("state=closed")).toMatchObject({ errors: [{ path: "state" }] });

  const seen: string[] = [];
  let cursor: unknown = null;
  do {
    const page: Awaited<ReturnType<typeof call>> = await call(LIST, {
      token,
      path: `/api/v1/incidents?limit=2${typeof cursor === "string" ? `&cursor=${cursor}` : ""}`,
    });
    seen.push(...(page.body.data as { id: string }[]).map(({ id }) => id));
    cursor = page.body.next_cursor;
  } while (cursor !== null);
  expect(seen.sort()).toEqual([...ids].sort());
});

it("shows everything that happened", async () => {
  const [id = ""] = await fire("k1");
  await call(ACK, { token, params: { id }, method: "POST", body: { comment: "On it" } });
  await settle(engine, stage);
  const { status, body } = await call(GET, { token, params: { id } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    rule: ruleId,
    rule_name: "Requests near the limit",
    state: "resolved",
    severity: "warning",
    key: String(await stage.keyId("k1")),
    members: [],
    subject: "k1",
    provider: "of-k1",
    metric: "requests",
    value: 10,
    threshold: 10,
    transitions: [
      { from: "ok", to: "firing" },
      { from: "firing", to: "ok" },
    ],
    deliveries: [
      { kind: "resolved", channel },
      { kind: "firing", channel },
    ],
  });
  const timeline = body.timeline as { kind: string }[];
  expect(timeline.map(({ kind }) => kind).sort()).toEqual(["acknowledged", "opened", "resolved"]);
  expect(timeline.find(({ kind }) => kind === "acknowledged")).toMatchObject({
    actor: "ci",
    comment: "On it",
  });
  expect((await call(GET, { token, params: { id: "inc_none" } })).status).toBe(404);
});

it("an acknowledgement stops reminders until the resolution; one of two people makes it", async () => {
  const [id = ""] = await fire("k1");
  await settle(engine, stage, stage.now + 25_000);
  const results = await Promise.allSettled([
    acknowledgeIncident({ actor: OPERATOR, id }),
    acknowledgeIncident({ actor: { ...OPERATOR, name: "Piet" }, id }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await settle(engine, stage);
  expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "reminder", "resolved"]);
  expect((await call(ACK, { token, params: { id }, method: "POST", body: {} })).status).toBe(409);
  const audit = await runtime.db.prisma.auditEntry.count({ where: { action: "incident.acknowledge" } });
  expect(audit).toBe(1);
});

it("an acknowledgement can be taken back", async () => {
  const [id = ""] = await fire("k1");
  expect((await call(UNACK, { token, params: { id }, method: "DELETE" })).status).toBe(409);
  expect((await call(ACK, { token, params: { id }, method: "POST" })).body).toMatchObject({
    state: "acknowledged",
    acknowledged_by: "ci",
  });
  expect((await call(UNACK, { token, params: { id }, method: "DELETE" })).body).toMatchObject({
    state: "firing",
    acknowledged_by: null,
  });
  await settle(engine, stage, stage.now + 25_000);
  expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing", "reminder"]);
});

it("takes comments, which only their author takes away", async () => {
  const [id = ""] = await fire("k1");
  const other = (await createToken({ actor: SYSTEM, input: { name: "other", role: "operator" } })).token;
  const post = (body: unknown) => call(COMMENT, { token, params: { id }, method: "POST", body });
  expect((await post({ text: " " })).body).toMatchObject({ errors: [{ path: "text" }] });
  const { status, body } = await post({ text: "The provider | confirms *it*" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ kind: "comment", actor: "ci", text: "The provider | confirms *it*" });
  const comment = String(body.id);
  const remove = (by: string) => call(UNCOMMENT, { token: by, params: { id, comment }, method: "DELETE" });
  expect((await remove(other)).status).toBe(403);
  expect((await getIncident(id)).timeline.map(({ kind }) => kind)).toContain("comment");
  expect((await remove(token)).status).toBe(204);
  expect((await remove(token)).status).toBe(404);
  expect((await getIncident(id)).timeline.map(({ kind }) => kind)).not.toContain("comment");
});

it("becomes a document in which every time stands beside the row that it comes from", async () => {
  const [id = ""] = await fire("k1");
  await acknowledgeIncident({ actor: OPERATOR, id });
  await call(COMMENT, { token, params: { id }, method: "POST", body: { text: "a | b\n# c" } });
  await settle(engine, stage);
  const { headers, body } = await call(POSTMORTEM, { token, params: { id } });
  expect(headers.get("content-disposition")).toBe(`attachment; filename="${id}.md"`);
  const text = String(body.text);
  expect(text).toContain("a \\| b \\# c");
  const stored = new Set<string>();
  for (const table of ["incident", "incident_event", "transition", "delivery"]) {
    const { rows } = await runtime.db.pool.query<{ id: string }>(`SELECT id FROM ${table}`);
    for (const row of rows) stored.add(row.id);
  }
  const timed = text.split("\n").filter((line) => /\d{4}-\d\d-\d\dT/.test(line));
  expect(timed.length).toBeGreaterThan(8);
  for (const line of timed) {
    const ids = line.match(/\b(inc|ev|tr|dlv)_\w+/g) ?? [];
    expect(ids, line).not.toEqual([]);
    for (const one of ids) expect(stored.has(one), `${one} in ${line}`).toBe(true);
  }
});

it("a link in a message acknowledges once, and only what it was made for", async () => {
  const [id = ""] = await fire("k1");
  const link = acknowledgementLink(id, channel);
  const secret = link.slice(link.lastIndexOf("/") + 1);
  expect(link.startsWith(`${runtime.env.appUrl}/ack/`)).toBe(true);
  expect(await describeLink(secret)).toMatchObject({ state: "ready", incident: { id } });
  // Looking is not acting: programs that follow links must not acknowledge.
  expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
  const both = await Promise.allSettled([acknowledgeByLink(secret), acknowledgeByLink(secret)]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await describeLink(secret)).toMatchObject({ state: "acknowledged" });
  await call(UNACK, { token, params: { id }, method: "DELETE" });
  expect(await describeLink(secret)).toMatchObject({ state: "used" });
  await expect(acknowledgeByLink(secret)).rejects.toMatchObject({ code: "gone" });
  expect(await stage.incidents()).toMatchObject([{ state: "firing" }]);
  for (const forged of [`${secret}x`, secret.replace(/^./, "A"), "x.y", ""]) {
    await expect(acknowledgeByLink(forged)).rejects.toMatchObject({ code: "not_found" });
  }
});
