import { beforeAll, describe, expect, it } from "vitest";
import {
  DELETE as removePanelRoute,
  PATCH as updatePanelRoute,
} from "@/app/api/v1/dashboards/[id]/panels/[panel]/route";
import { POST as addPanelRoute } from "@/app/api/v1/dashboards/[id]/panels/route";
import {
  DELETE as deleteDashboardRoute,
  GET as getDashboardRoute,
  PATCH as updateDashboardRoute,
} from "@/app/api/v1/dashboards/[id]/route";
import { POST as createDashboardRoute, GET as listDashboardsRoute } from "@/app/api/v1/dashboards/route";
import { GET as sharedRoute } from "@/app/api/v1/shared/[panel]/route";
import { DELETE as revokeShareRoute } from "@/app/api/v1/shares/[id]/route";
import { POST as createShareRoute, GET as listSharesRoute } from "@/app/api/v1/shares/route";
import { GET as usageRoute } from "@/app/api/v1/usage/route";
import { type Role, SYSTEM } from "@/lib/domain/access/actor";
import { HOUR } from "@/lib/domain/usage/duration";
import { MOST_PANELS } from "@/lib/features/dashboards/schemas";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { createShare } from "@/lib/features/shares/commands";
import { sharedView } from "@/lib/features/shares/open";
import type { ShareWithLink } from "@/lib/features/shares/schemas";
import { createToken, revokeToken } from "@/lib/features/tokens/commands";
import { createUser, deleteUser, updateUser } from "@/lib/features/users/commands";
import { dropExpiredAccess } from "@/lib/features/users/expire";
import { call, issuesOf } from "../support/call";
import { START, usageStage } from "../support/usage";

const stage = usageStage();
const tokens = {} as Record<Role, { id: string; token: string }>;
beforeAll(async () => {
  for (const role of ["viewer", "operator", "admin"] as const)
    tokens[role] = await createToken({ actor: SYSTEM, input: { name: role, role } });
});

const RANGE = `from=${START}&to=${START + 2 * HOUR}`;
const QUERY = `metric=requests&group_by=key&step=1h&${RANGE}`;

const dashboard = async (role: Role, name = "Chat") => {
  const { token } = tokens[role];
  const answer = await call(createDashboardRoute, { token, body: { name, range: RANGE } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as { id: string };
};
const pin = (role: Role, id: string, body: object = {}) =>
  call(addPanelRoute, {
    token: tokens[role].token,
    params: { id },
    body: { title: "Requests", query: "metric=requests", ...body },
  });
const titles = async (id: string) => {
  const { body } = await call(getDashboardRoute, { token: tokens.viewer.token, params: { id } });
  return (body.panels as { title: string }[]).map(({ title }) => title);
};

describe("dashboards", () => {
  it("are made by everybody, seen by everybody, and changed by who made them and admins alone", async () => {
    const { id } = await dashboard("viewer");
    const of = (role: Role) => ({ token: tokens[role].token, params: { id } });
    const read = await call(getDashboardRoute, of("operator"));
    expect(read.body).toMatchObject({
      name: "Chat",
      owner_name: "viewer",
      own: false,
      range: RANGE,
      panels: [],
    });
    const { body: panel } = await pin("viewer", id);
    const attempts = (role: Role) => [
      () => pin(role, id),
      () => call(updateDashboardRoute, { ...of(role), method: "PATCH", body: { name: role } }),
      () =>
        call(updatePanelRoute, {
          token: tokens[role].token,
          method: "PATCH",
          params: { id, panel: String(panel.id) },
          body: { title: role },
        }),
      () =>
        call(removePanelRoute, {
          token: tokens[role].token,
          method: "DELETE",
          params: { id, panel: String(panel.id) },
        }),
      () => call(deleteDashboardRoute, { ...of(role), method: "DELETE" }),
    ];
    for (const attempt of attempts("operator")) expect((await attempt()).status).toBe(403);
    const done: number[] = [];
    for (const attempt of attempts("admin")) done.push((await attempt()).status);
    expect(done).toEqual([201, 200, 200, 204, 204]);
    expect((await call(getDashboardRoute, of("viewer"))).status).toBe(404);
    const audit = await stage.runtime.db.pool.query(
      "SELECT action, actor_name FROM audit_entry WHERE entity = 'dashboard' AND entity_id = $1 ORDER BY at, id",
      [id],
    );
    expect(audit.rows.map(({ action, actor_name }) => `${action} ${actor_name}`).sort()).toEqual([
      "dashboard.create viewer",
      "dashboard.delete admin",
      "dashboard.update admin",
      "dashboard.update admin",
      "dashboard.update admin",
      "dashboard.update admin",
      "dashboard.update viewer",
    ]);
  });

  it("keep their panels in order", async () => {
    const { id } = await dashboard("viewer");
    for (const title of ["a", "b", "c"]) await pin("viewer", id, { title });
    const first = await pin("viewer", id, { title: "first", position: 0 });
    expect(await titles(id)).toEqual(["first", "a", "b", "c"]);
    const move = (position: number) =>
      call(updatePanelRoute, {
        token: tokens.viewer.token,
        method: "PATCH",
        params: { id, panel: String(first.body.id) },
        body: { position, size: "full" },
      });
    expect((await move(2)).body).toMatchObject({ title: "first", size: "full" });
    expect(await titles(id)).toEqual(["a", "b", "first", "c"]);
    await move(99);
    expect(await titles(id)).toEqual(["a", "b", "c", "first"]);
    await call(removePanelRoute, {
      token: tokens.viewer.token,
      method: "DELETE",
      params: { id, panel: String(first.body.id) },
    });
    expect(await titles(id)).toEqual(["a", "b", "c"]);
  });

  it("have so many panels and no more, also when two come at once", async () => {
    const { id } = await dashboard("viewer");
    const statuses: number[] = [];
    for (let i = 1; i < MOST_PANELS; i++) statuses.push((await pin("viewer", id)).status);
    expect(new Set(statuses)).toEqual(new Set([201]));
    const last = await Promise.all([pin("viewer", id), pin("viewer", id)]);
    expect(last.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    [{ title: " " }, "title"],
    [{ query: "metric=speed" }, "query"],
    [{ query: "group_by=model&step=10s" }, "query"],
    [{ size: "huge" }, "size"],
    [{ position: -1 }, "position"],
  ])("refuse %j", async (wrong, path) => {
    const { id } = await dashboard("viewer");
    const answer = await pin("viewer", id, wrong);
    expect([answer.status, issuesOf(answer)]).toEqual([422, [path]]);
  });

  it("are listed with the one changed last first", async () => {
    const one = await dashboard("admin", "one");
    const two = await dashboard("admin", "two");
    await pin("admin", one.id);
    const list = async (query: string) =>
      (await call(listDashboardsRoute, { token: tokens.admin.token, path: `/api/v1/dashboards?${query}` }))
        .body as {
        data: { id: string; panel_count: number; own: boolean }[];
        next_cursor: string;
      };
    const page = await list("limit=1");
    expect(page.data).toMatchObject([{ id: one.id, panel_count: 1, own: true }]);
    expect((await list(`limit=1&cursor=${page.next_cursor}`)).data).toMatchObject([{ id: two.id }]);
  });
});

const share = async (role: Role, body: object = {}): Promise<ShareWithLink> => {
  const answer = await call(createShareRoute, {
    token: tokens[role].token,
    body: { title: "Requests", query: QUERY, expires_in: "1h", ...body },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as unknown as ShareWithLink;
};
const open = (token: string, panel = "0") => call(sharedRoute, { token, params: { panel } });
const shares = async () =>
  (await call(listSharesRoute, { token: tokens.operator.token })).body.data as ShareWithLink[];

describe("links", () => {
  it("show exactly what was shared, to whoever holds one", async () => {
    const link = await share("operator");
    expect(link.token).toMatch(/^kgl_[\w-]{43}$/);
    expect(link.url).toBe(`http://localhost:3000/share/${link.token}`);
    const { body } = await open(link.token);
    const data = body as unknown as ExploredDto;
    expect(data.series.map(({ label, total }) => [label, total]).sort()).toEqual([
      ["A", 3],
      ["B", 1],
      ["C", 1],
    ]);
    expect(data).toMatchObject({ from: START, to: START + 2 * HOUR });
    // Nothing by which a key could be asked for elsewhere.
    for (const id of Object.values(stage.ids)) expect(JSON.stringify(body)).not.toContain(id);
    expect(await sharedView(link.token)).toEqual({
      title: "Requests",
      range: RANGE,
      expires_at: link.expires_at,
      panels: [{ title: "Requests", size: "full", as: "line" }],
    });
  });

  it("take no other query, panel or place, and open nothing else", async () => {
    const { token } = await share("operator", { query: `metric=requests&provider=mistral&${RANGE}` });
    const answer = await call(sharedRoute, {
      token,
      params: { panel: "0" },
      path: "/api/v1/shared/0?metric=cost_usd&provider=openai&group_by=key&range=30d",
    });
    expect(answer.body.series).toMatchObject([{ metric: "requests", group: null, total: 1 }]);
    for (const panel of ["1", "-1", "0x0", "constructor", "__proto__", "00000000", " 0"])
      expect((await open(token, panel)).status).toBe(404);
    for (const [route, params] of [
      [usageRoute, {}],
      [listSharesRoute, {}],
      [listDashboardsRoute, {}],
    ] as const)
      expect((await call(route, { token, params })).status).toBe(401);
  });

  it("are kept as hashes", async () => {
    const { token, id } = await share("operator");
    const { rows } = await stage.runtime.db.pool.query("SELECT * FROM share_link WHERE id = $1", [id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    const audit = await stage.runtime.db.pool.query("SELECT * FROM audit_entry WHERE entity_id = $1", [id]);
    expect(audit.rows).toHaveLength(1);
    expect(JSON.stringify(audit.rows)).not.toContain(token.slice(4));
    expect(JSON.stringify(await shares())).not.toContain(token.slice(4));
  });

  it.each([
    ["", 401],
    ["kgl_", 404],
    [`kgl_${"A".repeat(43)}`, 404],
    [`kgl_${"A".repeat(43)}'--`, 404],
    ["kgm_something", 404],
  ])("are none for %j", async (token, status) => {
    const answer = await call(sharedRoute, {
      ...(token !== "" && { token }),
      params: { panel: "0" },
    });
    expect(answer.status).toBe(status);
    expect((await open(tokens.admin.token)).status).toBe(404);
  });

  it("end when they are revoked, at once and for good", async () => {
    const link = await share("operator");
    expect((await open(link.token)).status).toBe(200);
    const revoke = (role: Role) =>
      call(revokeShareRoute, { token: tokens[role].token, method: "DELETE", params: { id: link.id } });
    expect((await revoke("viewer")).status).toBe(403);
    expect((await open(link.token)).status).toBe(200);
    expect((await revoke("operator")).status).toBe(204);
    expect((await open(link.token)).status).toBe(410);
    await expect(sharedView(link.token)).rejects.toMatchObject({ code: "gone" });
    expect((await revoke("operator")).status).toBe(404);
    expect(await shares()).toContainEqual(expect.objectContaining({ id: link.id, state: "revoked" }));
  });

  it("end when their time is over, and are forgotten a month later", async () => {
    const link = await share("operator");
    const age = (interval: string) =>
      stage.runtime.db.pool.query("UPDATE share_link SET expires_at = now() - $2::interval WHERE id = $1", [
        link.id,
        interval,
      ]);
    await age("1 second");
    expect((await open(link.token)).status).toBe(410);
    expect(await shares()).toContainEqual(expect.objectContaining({ id: link.id, state: "expired" }));
    await age("29 days");
    await dropExpiredAccess(Date.now());
    expect((await open(link.token)).status).toBe(410);
    await age("31 days");
    await dropExpiredAccess(Date.now());
    expect((await open(link.token)).status).toBe(404);
  });

  it("live as long as was asked for", async () => {
    for (const [expires_in, hours] of [
      ["1h", 1],
      ["1d", 24],
      ["7d", 168],
      ["30d", 720],
    ] as const) {
      const { created_at, expires_at } = await share("operator", { expires_in });
      expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(hours * HOUR);
    }
  });

  it("end with their maker's right to share", async () => {
    const made = await createUser({
      actor: SYSTEM,
      input: { name: "ana", email: "ana@example.com", password: "correct horse", role: "operator" },
    });
    const actor = { kind: "user", id: made.id, name: "ana", role: "operator" } as const;
    const of = () => createShare({ actor, input: { title: "x", query: QUERY, expires_in: "1d" } });
    const link = await of();
    expect((await open(link.token)).status).toBe(200);
    await updateUser({ actor: SYSTEM, id: made.id, input: { role: "viewer" } });
    expect((await open(link.token)).status).toBe(410);
    await updateUser({ actor: SYSTEM, id: made.id, input: { role: "admin" } });
    expect((await open(link.token)).status).toBe(200);
    await updateUser({ actor: SYSTEM, id: made.id, input: { role: "operator" } }).catch(() => {});
    await deleteUser({ actor: SYSTEM, id: made.id }).catch(async () => {
      await stage.runtime.db.pool.query('DELETE FROM "user" WHERE id = $1', [made.id]);
    });
    expect((await open(link.token)).status).toBe(410);
    const spare = await createToken({ actor: SYSTEM, input: { name: "spare", role: "operator" } });
    const answer = await call(createShareRoute, {
      token: spare.token,
      body: { title: "x", query: QUERY, expires_in: "1d" },
    });
    expect((await open(String(answer.body.token))).status).toBe(200);
    await revokeToken({ actor: SYSTEM, id: spare.id });
    expect((await open(String(answer.body.token))).status).toBe(410);
  });

  it("show a dashboard as it was, over its range or another, until it is deleted", async () => {
    const { id } = await dashboard("operator");
    await pin("operator", id, { title: "One", query: "metric=requests&step=1h&range=30d" });
    const { token } = await share("operator", { query: undefined, dashboard: id });
    const fixed = await share("operator", {
      query: undefined,
      dashboard: id,
      range: `from=${START}&to=${START + HOUR}`,
    });
    await pin("operator", id, { title: "Two", query: "metric=cost_usd" });
    expect((await sharedView(token)).panels).toEqual([{ title: "One", size: "half", as: "line" }]);
    expect((await open(token, "1")).status).toBe(404);
    expect((await open(token)).body.series).toMatchObject([{ total: 5 }]);
    expect((await open(fixed.token)).body.series).toMatchObject([{ total: 4 }]);
    await call(deleteDashboardRoute, { token: tokens.operator.token, method: "DELETE", params: { id } });
    expect((await open(token)).status).toBe(410);
  });

  it("are made and listed by operators alone", async () => {
    const body = { title: "x", query: QUERY, expires_in: "1h" };
    expect((await call(createShareRoute, { token: tokens.viewer.token, body })).status).toBe(403);
    expect((await call(listSharesRoute, { token: tokens.viewer.token })).status).toBe(403);
  });

  it("say who made them and when they were last used, to the minute", async () => {
    const link = await share("admin");
    const listed = async () => (await shares()).find(({ id }) => id === link.id);
    expect(await listed()).toMatchObject({ created_by: "admin", last_used_at: null, state: "open" });
    await open(link.token);
    const used = (await listed())?.last_used_at;
    expect(Math.abs(Date.now() - Date.parse(used ?? ""))).toBeLessThan(60_000);
    await open(link.token);
    expect((await listed())?.last_used_at).toBe(used);
  });

  it.each([
    [{ title: "" }, "title"],
    [{ expires_in: "1y" }, "expires_in"],
    [{ query: "metric=speed" }, "query"],
    [{ query: undefined }, "query"],
    [{ dashboard: "dash_x" }, "query"],
    [{ query: undefined, dashboard: "dash_x" }, "dashboard"],
    [{ range: "yesterday" }, "range"],
  ])("refuse %j", async (wrong, path) => {
    const answer = await call(createShareRoute, {
      token: tokens.operator.token,
      body: { title: "x", query: QUERY, expires_in: "1h", ...wrong },
    });
    expect([answer.status, issuesOf(answer)]).toEqual([422, [path]]);
  });
});
