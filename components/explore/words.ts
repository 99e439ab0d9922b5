import { metric } from "@/lib/domain/usage/metric";
import type { GroupBy } from "@/lib/domain/usage/query";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { formatMs } from "@/lib/format";

/** What use can be told apart by, and narrowed by all but the last. */
export const GROUP_LABELS: Record<GroupBy, string> = {
  key: "Key",
  pool: "Pool",
  provider: "Provider",
  source: "Source",
  consumer: "Consumer",
  model: "Model",
  route: "Route",
  status: "Status",
  outcome: "Outcome",
  client_ip: "Client address",
};

/** How far apart an exploration's values are, and whether they are of a whole step: "per 10 s", "every 1 h". */
export function stepWords({ metrics, step_ms }: Pick<ExploredDto, "metrics" | "step_ms">): string {
  const isSum = metrics.every((name) => metric(name).kind === "sum");
  return `${isSum ? "per" : "every"} ${formatMs(step_ms)}`;
}
