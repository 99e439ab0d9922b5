import { SOURCE_FORMATS, type SourceFormat } from "@/lib/features/sources/schemas";

/** Where events are posted: which format, and the token when the path carries it. */
export interface Endpoint {
  format: SourceFormat;
  token: string | null;
  /** The path without the token, for logs. */
  path: string;
}

const NATIVE = "/api/v1/events";
const FOREIGN = /^\/api\/v1\/ingest\/([a-z]+)(?:\/([A-Za-z0-9_-]{1,200}))?$/;
/** Senders that fix the path themselves: OTLP exporters append theirs, Tyk's pump posts as to Splunk. */
const FIXED: Record<string, SourceFormat> = {
  "/api/v1/otlp/v1/logs": "otlp",
  "/api/v1/otlp/v1/traces": "otlp",
  "/services/collector/event/1.0": "tyk",
};

/** The endpoint of a path; null when events are not posted there. */
export function endpointOf(path: string): Endpoint | null {
  if (path === NATIVE) return { format: "native", token: null, path };
  const fixed = FIXED[path];
  if (fixed !== undefined) return { format: fixed, token: null, path };
  const [, name, token = null] = FOREIGN.exec(path) ?? [];
  const format = SOURCE_FORMATS.find((known) => known === name && known !== "native" && known !== "otlp");
  return format === undefined ? null : { format, token, path: `/api/v1/ingest/${format}` };
}

/**
 * The ingest token of a request, wherever its gateway can put it: the path's last segment, Authorization (Bearer, Splunk,
 * or either half of Basic), X-Amz-Firehose-Access-Key, X-API-Key. Null when there is none.
 */
export function tokenOf(endpoint: Endpoint, header: (name: string) => string | undefined): string | null {
  if (endpoint.token !== null) return endpoint.token;
  const [, scheme = "", credentials = ""] = /^(\w+)\s+(\S+)\s*$/.exec(header("authorization") ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return credentials;
    case "splunk":
      return credentials;
    case "basic": {
      const [user = "", password = ""] = Buffer.from(credentials, "base64").toString("utf8").split(":", 2);
      return password.startsWith("kgi_") || user === "" ? password : user;
    }
  }
  return header("x-amz-firehose-access-key") ?? header("x-api-key") ?? null;
}
