import { APIError } from "better-auth/api";
import { AppError, parse } from "@/lib/errors";
import { countAttempt, forgiveAttempt } from "@/lib/features/users/attempts";
import { recordSignIn } from "@/lib/features/users/commands";
import { signInSchema } from "@/lib/features/users/schemas";
import { readJson } from "@/lib/http/body";
import { ADDRESS_HEADER } from "@/lib/http/client-address";
import { assertNotForeign, assertSameOrigin } from "@/lib/http/origin";
import { problem } from "@/lib/http/problem";
import { log } from "@/lib/log";
import { runtime } from "@/lib/runtime";
import { auth } from "./auth";
import { sessionOf } from "./session";

/**
 * The part of better-auth that is open to the outside: signing in and out, and asking who one is. Everything else it
 * could do (sign-up, changing users) is done by commands, with roles and an audit entry.
 */
export async function handleAuth(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^.*\/api\/auth/, "").replace(/\/+$/, "");
  try {
    switch (`${request.method} ${path}`) {
      case "POST /sign-in/email":
        return await signIn(request);
      case "POST /sign-out":
        assertSameOrigin(request.headers);
        return await forward("/sign-out", request.headers, {});
      case "GET /get-session":
        return await whoAmI(request);
      default:
        throw new AppError("not_found", "There is no such endpoint. Users are made by an admin.");
    }
  } catch (error) {
    return problem(error, { method: request.method, path });
  }
}

/** Body `{"email","password"}` → 200 `{"user"}` and the session cookie; 401, 429 with Retry-After. */
async function signIn(request: Request): Promise<Response> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError("unsupported_type", "Send the request with Content-Type: application/json.");
  }
  // Otherwise another site could sign a visitor in as somebody else.
  assertNotForeign(request.headers);
  const { email, password } = parse(signInSchema, await readJson(request));
  const address = request.headers.get(ADDRESS_HEADER) ?? "unknown";
  await countAttempt(address, email, Date.now());
  const headers = new Headers(request.headers);
  headers.delete("cookie");
  const answer = await forward("/sign-in/email", headers, { email, password });
  await forgiveAttempt(address, email, Date.now());
  const cookies = answer.headers.getSetCookie();
  const session = await sessionOf(new Headers({ cookie: cookies.map((c) => c.split(";")[0]).join("; ") }));
  if (session === null) throw new Error("The session just made was not found.");
  await recordSignIn({ actor: session.actor, address });
  const { id, name, role } = session.actor;
  return withCookies({ user: { id, name, email: session.email, role } }, cookies);
}

async function whoAmI(request: Request): Promise<Response> {
  const session = await sessionOf(request.headers);
  if (session === null) throw new AppError("unauthenticated", "Nobody is signed in.");
  const { id, name, role } = session.actor;
  return withCookies({ user: { id, name, email: session.email, role } }, []);
}

/** Hands a request of known shape to better-auth, which checks its origin once more. */
async function forward(path: string, given: Headers, body: object): Promise<Response> {
  const headers = new Headers(given);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  headers.delete("transfer-encoding");
  const url = `${runtime().env.appUrl}/api/auth${path}`;
  const forwarded = new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
  try {
    const answer = await auth().handler(forwarded);
    if (answer.ok) return answer;
    throw authError(answer.status, path);
  } catch (error) {
    throw error instanceof APIError ? authError(error.statusCode, path, error) : error;
  }
}

function authError(status: number, path: string, cause?: unknown): AppError {
  log.info({ path, status }, "Sign-in or sign-out was refused");
  if (status === 403) {
    return new AppError(
      "forbidden",
      "This request does not come from Keygauge's own pages. If Keygauge is served at this address, set APP_URL to it.",
      { cause },
    );
  }
  if (status === 400 || status === 401 || status === 422) {
    return new AppError("unauthenticated", "The e-mail address or the password is wrong.", { cause });
  }
  return new AppError("internal", "Signing in failed.", { cause });
}

function withCookies(body: unknown, cookies: string[]): Response {
  const headers = new Headers({ "Content-Type": "application/json", "Cache-Control": "no-store" });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(JSON.stringify(body), { status: 200, headers });
}
