import { type CallFilters, callFiltersOf } from "../usage/call-filter";
import { type Compare, parseCompare, withCompare } from "./compare";
import { parseRange, type TimeRange, withRange } from "./range";

/** How the charts of a key's page look at it. */
export interface KeyLook {
  range: TimeRange;
  compare: Compare;
  filters: CallFilters;
}

/** What an address asks for of the key; what it does not say is the default. */
export const keyLookOf = (
  id: string,
  params: { get(name: string): string | null; getAll(name: string): string[] },
): KeyLook => ({
  range: parseRange(params),
  compare: parseCompare(params, id),
  filters: callFiltersOf(params),
});

/** The parameters that ask for it. */
export const keyLookParams = ({ range, compare, filters }: KeyLook): URLSearchParams =>
  withRange(withCompare(new URLSearchParams(filters), compare), range);
