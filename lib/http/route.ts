import type { Actor } from "@/lib/domain/access/actor";
import { AppError } from "@/lib/errors";
import { authenticate } from "./authenticate";
import { assertStorable, readJson } from "./body";
import { assertSameOrigin } from "./origin";
import { problem } from "./problem";

/** What a handler is given. `params` are the path's, decoded. */
export interface RouteInput<Params extends string, Who> {
  actor: Who;
  url: URL;
  params: Record<Params, string>;
  /** The parsed JSON body, 1 MiB at most. Throws `bad_request`, `too_large`, `unsupported_type`. */
  body(options?: { optional?: boolean }): Promise<unknown>;
  request: Request;
}

type Handler<Params extends string, Who> = (input: RouteInput<Params, Who>) => Promise<Response> | Response;
type NextHandler<Params extends string> = (
  request: Request,
  context: { params: Promise<Record<Params, string>> },
) => Promise<Response>;

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A route handler of the management API: resolves who asks (a management token or a console session), refuses
 * cross-site writes, and answers every error as problem+json. `route<"id">(…)` types the path's parameters;
 * `{ auth: "public" }` lets everybody in, with `actor: null`.
 */
export function route<Params extends string = string>(
  handler: Handler<Params, Actor>,
  options?: { auth?: "actor" },
): NextHandler<Params>;
export function route<Params extends string = string>(
  handler: Handler<Params, null>,
  options: { auth: "public" },
): NextHandler<Params>;
export function route<Params extends string = string>(
  handler: Handler<Params, Actor> | Handler<Params, null>,
  options: { auth?: "actor" | "public" } = {},
): NextHandler<Params> {
  return async (request, context) => {
    const url = new URL(request.url);
    try {
      // Next hands nothing in where the path has no parameters.
      const params = (await context.params) ?? ({} as Record<Params, string>);
      for (const [name, value] of Object.entries<string>(params)) assertStorable(String(value), name);
      for (const [name, value] of url.searchParams) assertStorable(value, name);
      const input = { url, params, request, body: (o?: { optional?: boolean }) => readJson(request, o) };
      if (options.auth === "public") {
        return await (handler as Handler<Params, null>)({ ...input, actor: null });
      }
      const found = await authenticate(request.headers);
      if (found === null) {
        throw new AppError(
          "unauthenticated",
          request.headers.has("authorization")
            ? "The management token is not known, or was revoked."
            : "Sign in, or send a management token as Authorization: Bearer <token>.",
        );
      }
      if (found.via === "session" && !READS.has(request.method)) assertConsoleWrite(request);
      return await (handler as Handler<Params, Actor>)({ ...input, actor: found.actor });
    } catch (error) {
      return problem(error, { method: request.method, path: url.pathname });
    }
  };
}

/** A form of another site can send a cookie along, but neither JSON nor our origin. */
function assertConsoleWrite(request: Request): void {
  assertSameOrigin(request.headers);
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json" && !(type === "" && request.method === "DELETE")) {
    throw new AppError("unsupported_type", "Send the request with Content-Type: application/json.");
  }
}

/** A JSON answer that no cache keeps. */
export const json = (data: unknown, status = 200): Response =>
  new Response(JSON.stringify(data), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  });

export const noContent = (): Response =>
  new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });

/** A CSV file to keep; `name` is what the browser calls it. */
export const csv = (text: string, name: string): Response =>
  new Response(text, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    },
  });
