import { runtime } from "@/lib/runtime";
import type { FailingChannel } from "../overview/schemas";

const MOST = 50;

/** The channels in use that take no messages, the longest first. */
export async function failingChannels(): Promise<FailingChannel[]> {
  const rows = await runtime().db.prisma.channel.findMany({
    where: { enabled: true, deletedAt: null, failingSince: { not: null } },
    select: { id: true, name: true, failingSince: true, lastError: true },
    orderBy: { failingSince: "asc" },
    take: MOST,
  });
  return rows.map(({ id, name, failingSince, lastError }) => ({
    id,
    name,
    failing_since: failingSince?.toISOString() ?? "",
    last_error: lastError,
  }));
}
