import { hashToken, newId, newLinkToken } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { readExploration } from "@/lib/domain/charts/exploration-query";
import { rangeQuery } from "@/lib/domain/charts/range";
import { AppError, isAppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { getDashboard } from "../dashboards/queries";
import { tokenHint } from "../tokens/hint";
import type { SharedPanel } from "./open";
import { toShare } from "./queries";
import { createShareSchema, SHARE_SPANS, type ShareWithLink } from "./schemas";

/**
 * Makes a link that shows an exploration or a dashboard, as it is now, to whoever holds it; `url` and `token` are told this
 * once. Needs `operator`, since it takes numbers out of the house. Throws `invalid`.
 */
export async function createShare({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<ShareWithLink> {
  authorise(actor, "operator");
  const asked = parse(createShareSchema, input);
  const { title, expires_in, dashboard } = asked;
  const shown = await whatIsShared(actor, asked);
  const token = newLinkToken();
  const now = new Date();
  const row = await write(async (tx) => {
    const created = await tx.shareLink.create({
      data: {
        id: newId("shr"),
        hash: new Uint8Array(hashToken(token)),
        hint: tokenHint(token),
        title,
        range: asked.range ?? shown.range,
        panels: shown.panels,
        dashboardId: dashboard ?? null,
        makerKind: actor.kind,
        makerId: actor.id,
        makerName: actor.name,
        createdAt: now,
        expiresAt: new Date(now.getTime() + SHARE_SPANS[expires_in]),
      },
    });
    await recordChange(tx, actor, {
      action: "share.create",
      entity: "share",
      entityId: created.id,
      changes: { title, expires_in, hint: created.hint, panels: shown.panels.length },
    });
    return created;
  });
  return { ...toShare(row, now.getTime()), token, url: `${runtime().env.appUrl}/share/${token}` };
}

async function whatIsShared(
  actor: Actor,
  { title, query, dashboard }: { title: string; query?: string | undefined; dashboard?: string | undefined },
): Promise<{ range: string; panels: SharedPanel[] }> {
  if (query !== undefined) {
    const { range } = readExploration(new URLSearchParams(query));
    return { range: rangeQuery(range), panels: [{ title, query, size: "full" }] };
  }
  const refused = (message: string) =>
    new AppError("invalid", `dashboard: ${message}`, { issues: [{ path: "dashboard", message }] });
  const found = await getDashboard(actor, dashboard ?? "").catch((error) => {
    throw isAppError(error) && error.code === "not_found" ? refused("expected a dashboard's id") : error;
  });
  if (found.panels.length === 0) throw refused("it has no panel that could be shared");
  return {
    range: found.range,
    panels: found.panels.map(({ title, query, size }) => ({ title, query, size })),
  };
}

/** Ends a link at once, for good. Needs `operator`. Throws `not_found`, also when it has ended. */
export async function revokeShare({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  await write(async (tx) => {
    const now = new Date();
    const { count } = await tx.shareLink.updateMany({
      where: { id, revokedAt: null, expiresAt: { gt: now } },
      data: { revokedAt: now },
    });
    if (count === 0) throw new AppError("not_found", "There is no such link, or it has ended already.");
    await recordChange(tx, actor, { action: "share.revoke", entity: "share", entityId: id });
  });
}
