import type { Prisma } from "@/lib/db/client";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeCursor, type Page, pageSchema, toPage } from "../page";
import type { RejectSample, SourceDto, SourceSample } from "./schemas";

const withToken = {
  tokens: { where: { kind: "ingest", revokedAt: null }, orderBy: { createdAt: "desc" }, take: 1 },
} satisfies Prisma.SourceInclude;
type SourceRow = Prisma.SourceGetPayload<{ include: typeof withToken }>;

function toDto(row: SourceRow, perMinute: number): SourceDto {
  const token = row.tokens[0];
  return {
    id: String(row.id),
    name: row.name,
    format: row.format,
    key_from: row.keyFrom,
    signed: row.signingSecret !== null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    last_event_at: row.lastEventAt?.toISOString() ?? null,
    requests_per_minute: perMinute,
    accepted: Number(row.accepted),
    duplicates: Number(row.duplicates),
    rejected: Number(row.rejected),
    rejects: Array.isArray(row.rejects) ? row.rejects.map(toReject) : [],
    sample: (row.sample as unknown as SourceSample | null) ?? null,
    ingest_token:
      token === undefined
        ? null
        : {
            id: token.id,
            hint: token.hint,
            created_at: token.createdAt.toISOString(),
            last_used_at: token.lastUsedAt?.toISOString() ?? null,
          },
  };
}

/** The column keeps a record as JSON text; rejects of before records were kept have none. */
function toReject(stored: Prisma.JsonValue): RejectSample {
  const reject = stored as unknown as Omit<RejectSample, "record"> & { record?: string | null };
  return { ...reject, record: typeof reject.record === "string" ? JSON.parse(reject.record) : null };
}

/** Requests of the last 60 s by source id, from the finest tier. */
async function ratesPerMinute(ids: number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await runtime().db.pool.query<{ source_id: number; requests: number }>(
    `SELECT source_id, sum(requests)::int8 AS requests FROM usage_10s
      WHERE bucket > now() - interval '60 seconds' AND source_id = ANY($1) GROUP BY source_id`,
    [ids],
  );
  return new Map(rows.map((row) => [row.source_id, row.requests]));
}

/** Sources by name. */
export async function listSources(params: unknown): Promise<Page<SourceDto>> {
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : String(decodeCursor(cursor, 1)[0]);
  const rows = await runtime().db.prisma.source.findMany({
    where: after === undefined ? {} : { name: { gt: after } },
    orderBy: { name: "asc" },
    take: limit + 1,
    include: withToken,
  });
  const rates = await ratesPerMinute(rows.map((row) => row.id));
  return toPage(
    rows,
    limit,
    (row) => toDto(row, rates.get(row.id) ?? 0),
    (row) => [row.name],
  );
}

/** Throws `not_found`. */
export async function getSource(id: string): Promise<SourceDto> {
  const number = sourceId(id);
  const row = await runtime().db.prisma.source.findUnique({ where: { id: number }, include: withToken });
  if (row === null) throw noSource(id);
  const rates = await ratesPerMinute([number]);
  return toDto(row, rates.get(number) ?? 0);
}

/** `name`, or where a source has it already `name-2`, `name-3` … */
export async function freeSourceName(name: string): Promise<string> {
  const rows = await runtime().db.prisma.source.findMany({
    where: { name: { startsWith: name } },
    select: { name: true },
  });
  const taken = new Set(rows.map((row) => row.name));
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`;
  return free;
}

export const noSource = (id: string): AppError =>
  new AppError("not_found", `There is no source ${id.slice(0, 40)}.`);

/** The number behind a source's id in a path. Throws `not_found`, since no source can have another. */
export function sourceId(id: string): number {
  const number = /^[1-9]\d{0,9}$/.test(id) ? Number(id) : Number.NaN;
  if (!(number <= 2_147_483_647)) throw noSource(id);
  return number;
}
