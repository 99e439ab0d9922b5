import { createHash } from "node:crypto";
import { z } from "zod";
import { DAY } from "@/lib/domain/usage/duration";
import type { Runtime } from "@/lib/runtime";
import type { ImportOptions } from "./options";

const PREFIX = "import:";
/** What was not continued by then never will be. */
const KEPT_MS = 30 * DAY;

const place = z.object({ offset: z.number(), line: z.number() });
const progressSchema = z.object({
  /** Everything before it is stored. */
  place,
  /** Where to read from to tell alike records apart as before. */
  window: place,
  totals: z.object({
    accepted: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
    /** How often each reason was given. */
    reasons: z.record(z.string(), z.number()),
  }),
});

/** How far an import came. */
export type Progress = z.infer<typeof progressSchema>;
export type Totals = Progress["totals"];

/** Where the progress of one file's import is kept, so that it can be continued. */
export interface Checkpoint {
  load(): Promise<Progress | null>;
  save(progress: Progress): Promise<void>;
  remove(): Promise<void>;
}

/** In the database, for this content under these options. A stream, which has no identity, is never continued. */
export function checkpointOf(
  { db: { prisma } }: Runtime,
  identity: string | null,
  sourceId: number,
  { map, set, timeZone }: Pick<ImportOptions, "map" | "set" | "timeZone">,
  shape: { format: string; delimiter?: string },
): Checkpoint {
  if (identity === null) return { load: async () => null, save: async () => {}, remove: async () => {} };
  const about = [identity, sourceId, shape.format, shape.delimiter ?? null, [...map], [...set], timeZone];
  const name = PREFIX + createHash("sha256").update(JSON.stringify(about)).digest("base64url");
  return {
    async load() {
      await prisma.setting.deleteMany({
        where: { name: { startsWith: PREFIX }, updatedAt: { lt: new Date(Date.now() - KEPT_MS) } },
      });
      const row = await prisma.setting.findUnique({ where: { name } });
      return progressSchema.safeParse(row?.value).data ?? null;
    },
    async save(value) {
      await prisma.setting.upsert({ where: { name }, create: { name, value }, update: { value } });
    },
    async remove() {
      await prisma.setting.deleteMany({ where: { name } });
    },
  };
}
