import { keyIdentity } from "@/lib/crypto";
import { DEMO_SOURCES, marked, trafficOf } from "@/lib/domain/simulation/demo";
import type { SimKey } from "@/lib/domain/simulation/population";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import { runtime } from "@/lib/runtime";
import type { DemoDto, StoredDemo } from "./schemas";

export const DEMO = "demo";

/** A key of the demo traffic, as it stands beside real ones. */
export interface DemoKey {
  id: number;
  provider: string;
  key: SimKey;
}

/** The keys whose traffic is simulated: always the same. */
export const demoKeys = (): DemoKey[] =>
  DEMO_SOURCES.flatMap((source) => createTraffic(trafficOf(source, "live", 0, 0)).keys).map((key) => {
    const provider = marked(key.provider);
    return { id: keyIdentity(runtime().keyring, provider, key.key).id, provider, key };
  });

/** What the demo traffic is meant to do; null when it is off. */
export async function storedDemo(): Promise<StoredDemo | null> {
  const row = await runtime().db.prisma.setting.findUnique({ where: { name: DEMO } });
  return (row?.value as unknown as StoredDemo | undefined) ?? null;
}

export async function getDemo(): Promise<DemoDto> {
  const stored = await storedDemo();
  if (stored === null) return { state: "off", source: null, since: null, silenced: false, keys: 0 };
  const keys = await runtime().db.prisma.apiKey.count({
    where: { id: { in: demoKeys().map(({ id }) => id) } },
  });
  return {
    state: stored.state,
    source: String(stored.source),
    since: stored.since,
    silenced: stored.silences.length > 0,
    keys,
  };
}
