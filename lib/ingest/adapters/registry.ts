import type { Fields } from "../fields";
import type { Adapter, Delivery, ForeignFormat } from "./adapter";
import { apipark } from "./apipark";
import { apisix } from "./apisix";
import { cloudevents } from "./cloudevents";
import { envoy } from "./envoy";
import { firehose } from "./firehose";
import { helicone } from "./helicone";
import { kong } from "./kong";
import { litellm } from "./litellm";
import { nginx } from "./nginx";
import { otlp } from "./otlp/otlp";
import { portkey } from "./portkey";
import { traefik } from "./traefik";
import { tyk } from "./tyk";
import { vercel } from "./vercel";

/** Every gateway that Keygauge understands. `auto` asks in this order: the more particular a shape, the earlier it stands. */
export const ADAPTERS: readonly Adapter[] = [
  otlp,
  cloudevents,
  firehose,
  apipark,
  litellm,
  kong,
  apisix,
  portkey,
  tyk,
  helicone,
  vercel,
  traefik,
  envoy,
  nginx,
];

export function adapterOf(format: ForeignFormat): Adapter | undefined {
  return ADAPTERS.find((adapter) => adapter.format === format);
}

/** The adapter that knows a record by its shape; null when none does. */
export function recogniser(record: Fields): Adapter | null {
  return ADAPTERS.find((adapter) => adapter.recognises(record)) ?? null;
}

/** The adapter that knows a whole delivery as its sender's envelope; null when it is plain records. */
export function claimant(delivery: Delivery): Adapter | null {
  return ADAPTERS.find((adapter) => adapter.claims?.(delivery)) ?? null;
}
