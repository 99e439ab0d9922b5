"use server";

import { createSilence, endSilence } from "@/lib/features/silences/commands";
import { previewSilence } from "@/lib/features/silences/preview";
import type { SilenceDto, SilencePreviewDto } from "@/lib/features/silences/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";

export async function addSilence(input: unknown): Promise<ActionResult<SilenceDto>> {
  return runAction((actor) => createSilence({ actor, input }));
}

/** A silence from now on for so many minutes: the clock is the server's. */
export async function silenceFor(
  matcher: unknown,
  minutes: number,
  comment: string,
): Promise<ActionResult<SilenceDto>> {
  const endsAt = Date.now() + Number(minutes) * 60_000;
  return runAction((actor) =>
    createSilence({ actor, input: { matcher, ends_at: endsAt, comment: String(comment) } }),
  );
}

export async function finishSilence(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => endSilence({ actor, id: String(id) }));
}

export async function preview(matcher: unknown): Promise<ActionResult<SilencePreviewDto>> {
  return runAction(() => previewSilence(matcher));
}
