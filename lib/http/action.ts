import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, type ErrorCode, type Issue } from "@/lib/errors";
import { currentSession } from "./actor";
import { assertSameOrigin } from "./origin";
import { toAppError } from "./problem";

/** What a form gets back: the data, or a message and the issues of its fields by `path`. */
export type ActionResult<T> =
  | { ok: true; data: T }
  | { ok: false; code: ErrorCode; message: string; issues: Issue[] };

/**
 * Runs a command for a form's server action as whoever is signed in:
 * `export async function saveRule(input: unknown) { return runAction((actor) => createRule({ actor, input })); }`
 * Nothing is thrown to the browser but redirects.
 */
export function runAction<T>(command: (actor: Actor) => Promise<T>): Promise<ActionResult<T>> {
  return guarded(async () => {
    const session = await currentSession();
    if (session === null) {
      throw new AppError(
        "unauthenticated",
        "Your session has ended. Sign in again in another tab, then retry.",
      );
    }
    return command(session.actor);
  });
}

/** As runAction, for forms that work without a session (set-up). */
export function runPublicAction<T>(work: () => Promise<T>): Promise<ActionResult<T>> {
  return guarded(work);
}

async function guarded<T>(work: () => Promise<T>): Promise<ActionResult<T>> {
  try {
    assertSameOrigin(await headers());
    return { ok: true, data: await work() };
  } catch (error) {
    unstable_rethrow(error);
    const known = toAppError(error);
    return { ok: false, code: known.code, message: known.message, issues: known.issues };
  }
}
