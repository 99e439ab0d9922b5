import { isOutcome } from "./outcome";

/** What a key's calls can be narrowed by, under the names of GET /usage and GET /events. */
export const CALL_FILTERS = [
  "model",
  "route",
  "status",
  "outcome",
  "consumer",
  "client_ip",
  "source",
] as const;
export type CallFilterName = (typeof CALL_FILTERS)[number];
export type CallFilters = Partial<Record<CallFilterName, string>>;

const MOST_LENGTH = 512;

/** The filters that stand in an address; what cannot be one is left out. */
export function callFiltersOf(params: { get(name: string): string | null }): CallFilters {
  const filters: CallFilters = {};
  for (const name of CALL_FILTERS) {
    const value = params.get(name);
    if (value !== null && isFilter(name, value)) filters[name] = value;
  }
  return filters;
}

/** Tells calls apart that the tiers do not: such a filter is answered from the events. */
export const looksAtCalls = (filters: CallFilters): boolean =>
  CALL_FILTERS.some((name) => name !== "source" && name !== "consumer" && filters[name] !== undefined);

/** The address's parameters with one filter set, or with `null` taken away; a list's cursor belongs to the old. */
export function withFilter(
  params: URLSearchParams,
  name: CallFilterName,
  value: string | null,
): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete("cursor");
  if (value === null) next.delete(name);
  else next.set(name, value);
  return next;
}

function isFilter(name: CallFilterName, value: string): boolean {
  if (name === "status") return /^(0|[1-5]\d\d)$/.test(value);
  if (name === "outcome") return isOutcome(value);
  if (name === "client_ip") return /^[\da-f:.]{2,45}$/i.test(value);
  return value.length > 0 && value.length <= MOST_LENGTH;
}
