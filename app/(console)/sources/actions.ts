"use server";

import {
  createSource,
  deleteSource,
  rotateSourceToken,
  type SourceWithToken,
  updateSource,
} from "@/lib/features/sources/commands";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";

export async function addSource(input: unknown): Promise<ActionResult<SourceWithToken>> {
  return runAction((actor) => createSource({ actor, input }));
}

export async function saveSource(id: string, input: unknown): Promise<ActionResult<SourceDto>> {
  return runAction((actor) => updateSource({ actor, id: String(id), input }));
}

export async function rotateToken(id: string): Promise<ActionResult<SourceWithToken>> {
  return runAction((actor) => rotateSourceToken({ actor, id: String(id) }));
}

export async function removeSource(id: string): Promise<ActionResult<void>> {
  return runAction((actor) => deleteSource({ actor, id: String(id) }));
}
