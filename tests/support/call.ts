import { ADDRESS_HEADER } from "@/lib/http/client-address";

type Handler<Params extends string> = (
  request: Request,
  context: { params: Promise<Record<Params, string>> },
) => Promise<Response>;

export interface CallOptions {
  method?: string;
  /** Path and query of the request. */
  path?: string;
  token?: string;
  /** `name=value` of a session cookie; adds our own origin as a browser would. */
  cookie?: string;
  /** Sent as JSON; a string goes out as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  address?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  // The tests assert what they read from it.
  body: Record<string, unknown>;
}

export const ORIGIN = "http://localhost:3000";

/** Calls a route handler as Next would, without a server. */
export async function call<Params extends string>(
  handler: Handler<Params>,
  options: CallOptions = {},
): Promise<Answer> {
  const headers = new Headers({ [ADDRESS_HEADER]: options.address ?? "203.0.113.7" });
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  if (options.cookie !== undefined) {
    headers.set("cookie", options.cookie);
    headers.set("origin", ORIGIN);
    headers.set("sec-fetch-site", "same-origin");
  }
  if (options.body !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === "") headers.delete(name);
    else headers.set(name, value);
  }
  const init: RequestInit = {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    headers,
  };
  if (options.body !== undefined) {
    init.body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  }
  const request = new Request(`${ORIGIN}${options.path ?? "/api/v1/test"}`, init);
  const params = (options.params ?? {}) as Record<Params, string>;
  const response = await handler(request, { params: Promise.resolve(params) });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "json");
  const body = text === "" ? {} : isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body };
}

/** The `name=value` of the session cookie an answer sets. */
export function sessionCookie(answer: Answer): string {
  const found = answer.headers.getSetCookie().find((cookie) => cookie.includes("session_token="));
  if (found === undefined) throw new Error(`No session cookie in an answer of status ${answer.status}`);
  return found.split(";")[0] ?? "";
}

/** The fields that a problem names. */
export const issuesOf = ({ body }: Pick<Answer, "body">) =>
  (body.errors as { path: string }[]).map(({ path }) => path);
