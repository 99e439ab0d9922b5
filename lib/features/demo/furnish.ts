import { SYSTEM } from "@/lib/domain/access/actor";
import { declaredLimits } from "@/lib/domain/simulation/demo";
import { runtime } from "@/lib/runtime";
import { createKey } from "../keys/commands";
import { createLimit } from "../limits/commands";
import { demoKeys } from "./queries";

/** Brings about the demo traffic's keys and the limits that their providers would not advertise; what is there stays. */
export async function furnishDemo(): Promise<void> {
  const keys = demoKeys();
  const rows = await runtime().db.prisma.apiKey.findMany({
    where: { id: { in: keys.map(({ id }) => id) } },
    select: { id: true },
  });
  const known = new Set(rows.map(({ id }) => Number(id)));
  for (const { id, provider, key } of keys) {
    if (known.has(id)) continue;
    await createKey({ actor: SYSTEM, input: { key: key.key, provider, name: key.name, pool: key.pool } });
    for (const limit of declaredLimits(key)) {
      await createLimit({ actor: SYSTEM, keyId: String(id), input: limit });
    }
  }
}
