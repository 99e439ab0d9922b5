import { marked } from "@/lib/domain/simulation/demo";
import { runtime } from "@/lib/runtime";
import { DEMO } from "../demo/queries";
import type { StartDto } from "./schemas";

export const START = "start";

/**
 * How far this installation is set up, demo traffic aside: one statement, since every page of the console may ask.
 */
export async function getStart(): Promise<StartDto> {
  const { rows } = await runtime().db.pool.query<{ start: StartDto }>({
    name: "start",
    text: `SELECT json_build_object(
      'source', (SELECT json_build_object('id', id::text, 'name', name, 'format', format, 'last_event_at', last_event_at)
                   FROM source
                  WHERE id IS DISTINCT FROM (SELECT (value->>'source')::int FROM setting WHERE name = '${DEMO}')
                  ORDER BY last_event_at IS NULL, created_at DESC, id LIMIT 1),
      'key', (SELECT json_build_object('id', id::text, 'name', coalesce(name, hint))
                FROM api_key WHERE retired_at IS NULL AND NOT starts_with(provider, '${marked("")}') ORDER BY created_at DESC, id LIMIT 1),
      'limited', (SELECT json_build_object('id', k.id::text, 'name', coalesce(k.name, k.hint))
                    FROM key_limit l JOIN api_key k ON k.id = l.key_id
                   WHERE NOT starts_with(k.provider, '${marked("")}') ORDER BY l.created_at, l.id LIMIT 1),
      'channel', (SELECT json_build_object('id', c.id, 'name', c.name, 'tested', t.tested)
                    FROM channel c, LATERAL (SELECT EXISTS (
                           SELECT FROM delivery d
                            WHERE d.channel_id = c.id AND d.kind = 'test' AND d.state IN ('sent', 'delivered')) AS tested) t
                   WHERE c.deleted_at IS NULL ORDER BY t.tested DESC, c.created_at DESC, c.id LIMIT 1),
      'rule', (SELECT json_build_object('id', id, 'name', name)
                 FROM rule WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 1),
      'hidden', coalesce((SELECT (value->>'hidden')::boolean FROM setting WHERE name = '${START}'), false)) AS start`,
  });
  const start = rows[0]?.start;
  if (start === undefined) throw new Error("A statement of one row returned none");
  const { source } = start;
  if (source === null || source.last_event_at === null) return start;
  // As everywhere: JSON from Postgres has another form of RFC 3339.
  const at = new Date(source.last_event_at).toISOString();
  return { ...start, source: { ...source, last_event_at: at } };
}
