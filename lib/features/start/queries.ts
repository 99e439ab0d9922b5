import { marked } from "@/lib/domain/simulation/demo";
import { runtime } from "@/lib/runtime";
import { DEMO } from "../demo/queries";
import type { StartDto, StartSteps } from "./schemas";

export const START = "start";

const NOT_DEMO = `id IS DISTINCT FROM (SELECT (value->>'source')::int FROM setting WHERE name = '${DEMO}')`;
const HIDDEN = `coalesce((SELECT (value->>'hidden')::boolean FROM setting WHERE name = '${START}'), false)`;
const TESTED = `EXISTS (SELECT FROM delivery d
  WHERE d.channel_id = c.id AND d.kind = 'test' AND d.state IN ('sent', 'delivered'))`;

/**
 * Which steps of the set-up are done, as `doneSteps` of `getStart` says. For the frame of every page: each is decided by the
 * first row that does it, and none where somebody hid the set-up.
 */
export async function getStartSteps(): Promise<StartSteps> {
  const { rows } = await runtime().db.pool.query<StartSteps>({
    name: "start steps",
    text: `SELECT hidden, CASE WHEN NOT hidden THEN json_build_object(
        'event', EXISTS (SELECT FROM source WHERE last_event_at IS NOT NULL AND ${NOT_DEMO}),
        'limit', EXISTS (SELECT FROM key_limit l JOIN api_key k ON k.id = l.key_id
                          WHERE NOT starts_with(k.provider, '${marked("")}')),
        'channel', EXISTS (SELECT FROM channel c WHERE c.deleted_at IS NULL AND ${TESTED}),
        'rule', EXISTS (SELECT FROM rule WHERE deleted_at IS NULL)) END AS done
      FROM (SELECT ${HIDDEN} AS hidden) h`,
  });
  const steps = rows[0];
  if (steps === undefined) throw new Error("A statement of one row returned none");
  return steps;
}

/** How far this installation is set up, demo traffic aside, with what did each step. */
export async function getStart(): Promise<StartDto> {
  const { rows } = await runtime().db.pool.query<{ start: StartDto }>({
    name: "start",
    text: `SELECT json_build_object(
      'source', (SELECT json_build_object('id', id::text, 'name', name, 'format', format, 'last_event_at', last_event_at)
                   FROM source
                  WHERE ${NOT_DEMO}
                  ORDER BY last_event_at IS NULL, created_at DESC, id LIMIT 1),
      'key', (SELECT json_build_object('id', id::text, 'name', coalesce(name, hint))
                FROM api_key WHERE retired_at IS NULL AND NOT starts_with(provider, '${marked("")}') ORDER BY created_at DESC, id LIMIT 1),
      'limited', (SELECT json_build_object('id', k.id::text, 'name', coalesce(k.name, k.hint))
                    FROM key_limit l JOIN api_key k ON k.id = l.key_id
                   WHERE NOT starts_with(k.provider, '${marked("")}') ORDER BY l.created_at, l.id LIMIT 1),
      'channel', (SELECT json_build_object('id', c.id, 'name', c.name, 'tested', t.tested)
                    FROM channel c, LATERAL (SELECT ${TESTED} AS tested) t
                   WHERE c.deleted_at IS NULL ORDER BY t.tested DESC, c.created_at DESC, c.id LIMIT 1),
      'rule', (SELECT json_build_object('id', id, 'name', name)
                 FROM rule WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 1),
      'hidden', ${HIDDEN}) AS start`,
  });
  const start = rows[0]?.start;
  if (start === undefined) throw new Error("A statement of one row returned none");
  const { source } = start;
  if (source === null || source.last_event_at === null) return start;
  // As everywhere: JSON from Postgres has another form of RFC 3339.
  const at = new Date(source.last_event_at).toISOString();
  return { ...start, source: { ...source, last_event_at: at } };
}
