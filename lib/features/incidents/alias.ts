import type { Tx } from "@/lib/db/client";

/** The id of the shared incident that one became part of; else the id itself. */
export async function incidentIdOf(db: Pick<Tx, "incidentAlias">, id: string): Promise<string> {
  return (await db.incidentAlias.findUnique({ where: { id } }))?.incidentId ?? id;
}
