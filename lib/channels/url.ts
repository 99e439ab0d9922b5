import { z } from "zod";

/** `{ "url": "https://…" }` */
export interface UrlConfig {
  url: string;
}

const SERVICES = [
  { kind: "slack", label: "Slack", host: /^hooks\.slack(-gov)?\.com$/ },
  { kind: "discord", label: "Discord", host: /(^|\.)discord(app)?\.com$/ },
  { kind: "pagerduty", label: "PagerDuty", host: /^events\.(eu\.)?pagerduty\.com$/ },
  { kind: "opsgenie", label: "Opsgenie", host: /^api\.(eu\.)?opsgenie\.com$/ },
] as const;

/** The URL that messages of a kind are posted to. What it says is kept as it is, but for blanks around it. */
export const endpointOf = (kind: string, example: string) =>
  z
    .string(`expected an http or https URL such as ${example}`)
    .trim()
    .max(2_000, "expected at most 2,000 characters")
    .superRefine((text, context) => {
      const message = text.includes("…")
        ? "enter the whole URL: what is shown as … is secret and cannot be taken over"
        : isHttp(text)
          ? unfit(kind, new URL(text))
          : `expected an http or https URL such as ${example}`;
      if (message !== null) context.addIssue({ code: "custom", message });
    });

/** Says what a URL was made for, when it is something else. */
function unfit(kind: string, { hostname }: URL): string | null {
  if (kind === "teams" && /\.webhook\.office\.com$/.test(hostname)) {
    return "connectors are retired by Microsoft: make a webhook in the Workflows app of Teams";
  }
  const owner = SERVICES.find(({ host }) => host.test(hostname));
  if (owner === undefined || owner.kind === kind) return null;
  return `this is a URL of ${owner.label}: use a channel of the kind ${owner.kind}`;
}

function isHttp(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && hostname !== "";
}

/** A URL that is a secret as a whole: its host, and the end by which its owner knows it. */
export function maskedUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return `${origin}/…${ending(`${pathname}${search}`)}`;
}

/** A URL whose path is no secret: without its password and what its parameters say. */
export function openUrl(text: string): string {
  const url = new URL(text);
  const user = url.username === "" && url.password === "" ? "" : "…@";
  const parameters = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`).join("&");
  const path = url.pathname === "/" && !text.endsWith("/") && parameters === "" ? "" : url.pathname;
  return `${url.protocol}//${user}${url.host}${path}${parameters === "" ? "" : `?${parameters}`}`;
}

/** A secret by its last four characters, if that leaves enough of it unknown. */
export const maskedSecret = (secret: string): string => `…${ending(secret)}`;

function ending(text: string): string {
  return text.length < 12 ? "" : text.slice(-4);
}

/** `path` below a base URL that may have it already; the query stays. */
export function below(base: string, path: string): string {
  const url = new URL(base);
  const trimmed = url.pathname.replace(/\/+$/, "");
  if (!trimmed.endsWith(path)) url.pathname = `${trimmed}${path}`;
  return url.href;
}

/** User and password of a URL as the header that carries them, and the URL without them. */
export function withoutCredentials(text: string): { url: string; headers: Record<string, string> } {
  const url = new URL(text);
  if (url.username === "" && url.password === "") return { url: url.href, headers: {} };
  const plain = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = "";
  url.password = "";
  return {
    url: url.href,
    headers: { Authorization: `Basic ${Buffer.from(plain).toString("base64")}` },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
