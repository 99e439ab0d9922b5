"use server";

import { createAnnotation, deleteAnnotation } from "@/lib/features/annotations/commands";
import { updateKeys } from "@/lib/features/keys/bulk";
import { createKey, deleteKey, updateKey } from "@/lib/features/keys/commands";
import { createLimit, deleteLimit, updateLimit } from "@/lib/features/limits/commands";
import { runAction } from "@/lib/http/action";

export async function addKey(input: unknown) {
  return runAction((actor) => createKey({ actor, input }));
}

export async function changeKey(id: string, input: unknown) {
  return runAction((actor) => updateKey({ actor, id, input }));
}

export async function changeKeys(input: unknown) {
  return runAction((actor) => updateKeys({ actor, input }));
}

export async function removeKey(id: string) {
  return runAction((actor) => deleteKey({ actor, id }));
}

export async function addLimit(keyId: string, input: unknown) {
  return runAction((actor) => createLimit({ actor, keyId, input }));
}

export async function changeLimit(keyId: string, id: string, input: unknown) {
  return runAction((actor) => updateLimit({ actor, keyId, id, input }));
}

export async function removeLimit(keyId: string, id: string) {
  return runAction((actor) => deleteLimit({ actor, keyId, id }));
}

export async function addAnnotation(input: unknown) {
  return runAction((actor) => createAnnotation({ actor, input }));
}

export async function removeAnnotation(id: string) {
  return runAction((actor) => deleteAnnotation({ actor, id: String(id) }));
}
