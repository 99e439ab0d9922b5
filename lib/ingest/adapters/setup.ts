import type { SourceFormat } from "@/lib/features/sources/schemas";

/**
 * A set-up text with its placeholders filled in: `{{url}}` the ingest URL, `{{origin}}`, its `{{host}}` (with the port),
 * `{{hostname}}` and `{{port}}`, `{{tls}}` On or Off, `{{token}}`. `origin` is Keygauge's own, without a path.
 */
export function fillSetup(text: string, format: SourceFormat, origin: string, token: string): string {
  const { protocol, host, hostname, port } = new URL(origin);
  const secure = protocol === "https:";
  const values: Record<string, string> = {
    url: format === "native" ? `${origin}/api/v1/events` : `${origin}/api/v1/ingest/${format}`,
    origin,
    host,
    hostname,
    port: port !== "" ? port : secure ? "443" : "80",
    tls: secure ? "On" : "Off",
    token,
  };
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
