import { runtime } from "@/lib/runtime";

/** Whether any message is kept because its channel is not configured, so that there is a mailbox to read. */
export async function hasUnconfigured(): Promise<boolean> {
  const found = await runtime().db.prisma.delivery.findFirst({
    where: { state: "unconfigured" },
    select: { id: true },
  });
  return found !== null;
}
