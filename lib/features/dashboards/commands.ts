import { newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import { type Actor, hasRole } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { getDashboard, noDashboard, toPanel } from "./queries";
import {
  createDashboardSchema,
  createPanelSchema,
  type DashboardDto,
  MOST_PANELS,
  type PanelDto,
  updateDashboardSchema,
  updatePanelSchema,
} from "./schemas";

/** So many dashboards of one's own that nobody needs more, and a table cannot be filled. */
const MOST = 100;

type Call = { actor: Actor; id: string };

/** Makes a dashboard of one's own; every role may. Throws `conflict` when there are 100 already. */
export async function createDashboard({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<DashboardDto> {
  authorise(actor, "viewer");
  const { name, range } = parse(createDashboardSchema, input);
  const id = newId("dash");
  await write(async (tx) => {
    if ((await tx.dashboard.count({ where: { ownerId: actor.id } })) >= MOST) {
      throw new AppError("conflict", `You have ${MOST} dashboards already. Delete one first.`);
    }
    await tx.dashboard.create({ data: { id, ownerId: actor.id, ownerName: actor.name, name, range } });
    await recordChange(tx, actor, {
      action: "dashboard.create",
      entity: "dashboard",
      entityId: id,
      changes: { name, range },
    });
  });
  return getDashboard(actor, id);
}

/** Renames it, or keeps another range. Throws `not_found`, `forbidden`. */
export async function updateDashboard({
  actor,
  id,
  input,
}: Call & { input: unknown }): Promise<DashboardDto> {
  authorise(actor, "viewer");
  const { name, range } = parse(updateDashboardSchema, input);
  const changes = { ...(name !== undefined && { name }), ...(range !== undefined && { range }) };
  await write(async (tx) => {
    await lockOwn(tx, actor, id);
    await tx.dashboard.update({ where: { id }, data: changes });
    await recordDashboard(tx, actor, id, changes);
  });
  return getDashboard(actor, id);
}

/** Deletes it, and ends the links that show it. Throws `not_found`, `forbidden`. */
export async function deleteDashboard({ actor, id }: Call): Promise<void> {
  authorise(actor, "viewer");
  await write(async (tx) => {
    const { name } = await lockOwn(tx, actor, id);
    await tx.shareLink.updateMany({
      where: { dashboardId: id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    await tx.dashboard.delete({ where: { id } });
    await recordChange(tx, actor, {
      action: "dashboard.delete",
      entity: "dashboard",
      entityId: id,
      changes: { name },
    });
  });
}

/** Pins an exploration. Throws `not_found`, `forbidden`, `conflict` when there are 24 panels already. */
export async function addPanel({ actor, id, input }: Call & { input: unknown }): Promise<PanelDto> {
  authorise(actor, "viewer");
  const { position = MOST_PANELS, ...panel } = parse(createPanelSchema, input);
  return write(async (tx) => {
    await lockOwn(tx, actor, id);
    const others = await panelIds(tx, id);
    if (others.length >= MOST_PANELS) {
      throw new AppError("conflict", `A dashboard has ${MOST_PANELS} panels at most. Remove one first.`);
    }
    const row = await tx.dashboardPanel.create({
      data: { id: newId("pan"), dashboardId: id, position: others.length, ...panel },
    });
    await putInOrder(tx, moved(others, row.id, position));
    await recordDashboard(tx, actor, id, { panel_added: panel.title });
    return toPanel(row);
  });
}

/** Changes a panel, or its place. Throws `not_found`, `forbidden`. */
export async function updatePanel({
  actor,
  id,
  panel,
  input,
}: Call & { panel: string; input: unknown }): Promise<PanelDto> {
  authorise(actor, "viewer");
  const { position, title, query, size } = parse(updatePanelSchema, input);
  const data = {
    ...(title !== undefined && { title }),
    ...(query !== undefined && { query }),
    ...(size !== undefined && { size }),
  };
  return write(async (tx) => {
    await lockOwn(tx, actor, id);
    const ids = await panelIds(tx, id);
    if (!ids.includes(panel)) throw noPanel(panel);
    const row = await tx.dashboardPanel.update({ where: { id: panel }, data });
    if (position !== undefined) {
      const others = ids.filter((other) => other !== panel);
      await putInOrder(tx, moved(others, panel, position));
    }
    await recordDashboard(tx, actor, id, {
      panel: row.title,
      ...data,
      ...(position !== undefined && { position }),
    });
    return toPanel(row);
  });
}

/** Takes a panel away. Throws `not_found`, `forbidden`. */
export async function removePanel({ actor, id, panel }: Call & { panel: string }): Promise<void> {
  authorise(actor, "viewer");
  await write(async (tx) => {
    await lockOwn(tx, actor, id);
    const ids = await panelIds(tx, id);
    if (!ids.includes(panel)) throw noPanel(panel);
    const { title } = await tx.dashboardPanel.delete({ where: { id: panel } });
    await putInOrder(
      tx,
      ids.filter((other) => other !== panel),
    );
    await recordDashboard(tx, actor, id, { panel_removed: title });
  });
}

/** One change of a dashboard at a time, by who may: its owner, and admins. */
async function lockOwn(tx: Tx, actor: Actor, id: string): Promise<{ name: string }> {
  const [row] = await tx.$queryRaw<{ owner_id: string; owner_name: string; name: string }[]>`
    SELECT owner_id, owner_name, name FROM dashboard WHERE id = ${id} FOR UPDATE`;
  if (row === undefined) throw noDashboard(id);
  if (row.owner_id !== actor.id && !hasRole(actor, "admin")) {
    throw new AppError("forbidden", `${row.owner_name} made this dashboard; only they and admins change it.`);
  }
  return row;
}

async function recordDashboard(
  tx: Tx,
  actor: Actor,
  id: string,
  changes: Record<string, string | number>,
): Promise<void> {
  await tx.dashboard.update({ where: { id }, data: { updatedAt: new Date() } });
  await recordChange(tx, actor, { action: "dashboard.update", entity: "dashboard", entityId: id, changes });
}

const panelIds = async (tx: Tx, dashboardId: string): Promise<string[]> =>
  (
    await tx.dashboardPanel.findMany({
      where: { dashboardId },
      orderBy: { position: "asc" },
      select: { id: true },
    })
  ).map(({ id }) => id);

const moved = (others: readonly string[], id: string, position: number): string[] => [
  ...others.slice(0, position),
  id,
  ...others.slice(position),
];

async function putInOrder(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE dashboard_panel p SET position = o.place - 1
      FROM unnest(${ids}::text[]) WITH ORDINALITY AS o(id, place) WHERE p.id = o.id`;
}

const noPanel = (id: string) => new AppError("not_found", `There is no panel ${id.slice(0, 40)}.`);
