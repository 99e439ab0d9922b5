import type { Actor } from "@/lib/domain/access/actor";
import { parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { START } from "./queries";
import { startHiddenSchema } from "./schemas";

/** Takes the way through the set-up off the console's pages, or puts it back. Needs `operator`. */
export async function hideStart({ actor, input }: { actor: Actor; input: unknown }): Promise<void> {
  authorise(actor, "operator");
  const value = parse(startHiddenSchema, input);
  await write(async (tx) => {
    await tx.setting.upsert({ where: { name: START }, create: { name: START, value }, update: { value } });
    await recordChange(tx, actor, {
      action: value.hidden ? "getting_started.hide" : "getting_started.show",
      entity: "setting",
      entityId: START,
    });
  });
}
