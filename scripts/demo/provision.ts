import { DEMO_SOURCES, type DemoSource, declaredLimits, trafficOf } from "@/lib/domain/simulation/demo";
import type { SimKey } from "@/lib/domain/simulation/population";
import { createTraffic } from "@/lib/domain/simulation/traffic";
import type { Api } from "./api";
import { DEMO_CHANNELS, demoRules } from "./plan";

export type ReadySource = {
  source: DemoSource;
  /** Its ingest token, new with each start. */
  token: string;
  /** When its last stored event happened, epoch ms; null without any. */
  lastEventAt: number | null;
};

type Named = { name: string };

/** The row with this name, made when there is none: a second start on the same data changes nothing. */
async function ensure(api: Api, path: string, wanted: Named): Promise<string> {
  const known = (await api.list(path)).find((row) => row.name === wanted.name);
  return (known ?? (await api.post(path, wanted))).id;
}

async function ensureSource(api: Api, source: DemoSource): Promise<ReadySource> {
  const known = (await api.list("/sources")).find((row) => row.name === source.name);
  // A token is shown only once, so that a source from an earlier start needs a new one.
  const row = known
    ? await api.post(`/sources/${known.id}/token`, {})
    : await api.post("/sources", { name: source.name, format: "native" });
  if (typeof row.token !== "string")
    throw new Error(`the server gave no ingest token for the source ${source.name}`);
  const last = known ? await api.first(`/events?source=${known.id}`) : undefined;
  const lastEventAt = typeof last?.time === "string" ? Date.parse(last.time) : null;
  return { source, token: row.token, lastEventAt };
}

async function ensureKey(api: Api, key: SimKey): Promise<void> {
  const { id } = await api.post("/keys", {
    key: key.key,
    provider: key.provider,
    name: key.name,
    pool: key.pool,
  });
  const limits = declaredLimits(key);
  if (limits.length === 0) return;
  const known = await api.list(`/keys/${id}/limits`);
  for (const limit of limits) {
    const same = known.some(
      (row) => row.origin === "declared" && row.metric === limit.metric && row.window === limit.window,
    );
    if (!same) await api.post(`/keys/${id}/limits`, limit);
  }
}

/** Brings about the sources, keys, limits, channels and rules of the demo, whatever of them is there already. */
export async function provision(api: Api, now: number): Promise<ReadySource[]> {
  const isFirst = (await api.first("/rules")) === undefined;
  const ready: ReadySource[] = [];
  for (const source of DEMO_SOURCES) {
    ready.push(await ensureSource(api, source));
    for (const key of createTraffic(trafficOf(source, "live", now, now)).keys) await ensureKey(api, key);
  }
  const email = await ensure(api, "/channels", DEMO_CHANNELS.email);
  const sms = await ensure(api, "/channels", DEMO_CHANNELS.sms);
  for (const rule of demoRules({ email, sms })) await ensure(api, "/rules", rule);
  // It is set up: all that is missing is a message that really arrives, which a demo does not send.
  if (isFirst) await api.put("/settings/start", { hidden: true });
  return ready;
}
