import { hashToken } from "@/lib/crypto";
import { readExploration } from "@/lib/domain/charts/exploration-query";
import { parseRange } from "@/lib/domain/charts/range";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { explore } from "../explore/queries";
import type { ExploredDto } from "../explore/schemas";
import { memo } from "../memo";
import type { SharedView } from "./schemas";

/** What a link shows, as it was when the link was made. */
export type SharedPanel = { title: string; query: string; size: "half" | "full" };

interface Opened {
  id: string;
  title: string;
  range: string;
  panels: SharedPanel[];
  expires_at: number;
}

/** Nothing else is looked up: 43 characters of base64url are 256 bits. */
const TOKEN = /^kgl_[A-Za-z0-9_-]{43}$/;

/** However many hold a link, its panels are read this often at most. */
const KEPT_MS = 5_000;

/**
 * The link behind a token. Its maker must still be allowed to share. Throws `not_found` for what is no link, `gone` for one
 * that has ended.
 */
async function openShare(token: string): Promise<Opened> {
  const { pool } = runtime().db;
  const { rows } = TOKEN.test(token)
    ? await pool.query<Opened & { open: boolean; fresh: boolean }>(
        `SELECT id, title, range, panels, expires_at, last_used_at > now() - interval '1 minute' AS fresh,
                revoked_at IS NULL AND expires_at > now() AND CASE maker_kind
                  WHEN 'user' THEN EXISTS (SELECT 1 FROM "user" u WHERE u.id = maker_id AND u.role IN ('operator', 'admin'))
                  WHEN 'token' THEN EXISTS (SELECT 1 FROM token t WHERE t.id = maker_id AND t.revoked_at IS NULL AND t.role IN ('operator', 'admin'))
                  ELSE true END AS open
           FROM share_link WHERE hash = $1`,
        [hashToken(token)],
      )
    : { rows: [] };
  const [found] = rows;
  if (found === undefined) throw new AppError("not_found", "There is no such link.");
  if (!found.open) throw new AppError("gone", "This link has expired, or was revoked.");
  // To the minute: a page asks for many panels, again and again.
  if (!found.fresh) await pool.query("UPDATE share_link SET last_used_at = now() WHERE id = $1", [found.id]);
  return found;
}

/** What the page of a link is made of; the numbers come from `sharedPanel`. Throws `not_found`, `gone`. */
export async function sharedView(token: string): Promise<SharedView> {
  const { title, range, panels, expires_at } = await openShare(token);
  return {
    title,
    range,
    expires_at: new Date(expires_at).toISOString(),
    panels: panels.map(({ title: name, size, query }) => ({
      title: name,
      size,
      as: readExploration(new URLSearchParams(query)).kind,
    })),
  };
}

/**
 * The numbers of one panel of a link: the stored query over the stored range, nothing that the asker could choose. Ids are
 * left out; keys are known by name or hint alone. Throws `not_found`, `gone`.
 */
export async function sharedPanel(token: string, place: string): Promise<ExploredDto> {
  const { id, range, panels } = await openShare(token);
  const panel = /^\d{1,2}$/.test(place) ? panels[Number(place)] : undefined;
  if (panel === undefined) throw new AppError("not_found", "The link shows no such panel.");
  const exploration = {
    ...readExploration(new URLSearchParams(panel.query)),
    range: parseRange(new URLSearchParams(range)),
  };
  const data = await memo(`share ${id} ${Number(place)}`, () => explore(exploration), KEPT_MS);
  return { ...data, series: withoutIds(data) };
}

/** Keys and sources told apart by their place: their ids are nobody's business outside. */
const withoutIds = (data: ExploredDto): ExploredDto["series"] =>
  data.group_by === "key" || data.group_by === "source"
    ? data.series.map((one, index) => ({ ...one, group: one.group === null ? null : String(index) }))
    : data.series;
