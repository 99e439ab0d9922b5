"use server";

import {
  addPanel,
  createDashboard,
  deleteDashboard,
  removePanel,
  updateDashboard,
  updatePanel,
} from "@/lib/features/dashboards/commands";
import { runAction } from "@/lib/http/action";

export async function addDashboard(input: unknown) {
  return runAction((actor) => createDashboard({ actor, input }));
}

export async function changeDashboard(id: string, input: unknown) {
  return runAction((actor) => updateDashboard({ actor, id, input }));
}

export async function dropDashboard(id: string) {
  return runAction((actor) => deleteDashboard({ actor, id }));
}

export async function pinPanel(id: string, input: unknown) {
  return runAction((actor) => addPanel({ actor, id, input }));
}

export async function changePanel(id: string, panel: string, input: unknown) {
  return runAction((actor) => updatePanel({ actor, id, panel, input }));
}

export async function dropPanel(id: string, panel: string) {
  return runAction((actor) => removePanel({ actor, id, panel }));
}
