import type { Outcome } from "../usage/outcome";

/** A CSS custom property of the design tokens that holds a colour. */
export type ColorToken = `--${string}`;

/** What an outcome is called and which colour it has, in charts and tables alike. */
export const OUTCOME_LOOK: Record<Outcome, { label: string; color: ColorToken }> = {
  success: { label: "Success", color: "--success" },
  rate_limited: { label: "Rate limited", color: "--throttled" },
  quota_exhausted: { label: "Quota exhausted", color: "--exhausted" },
  overloaded: { label: "Overloaded", color: "--overloaded" },
  unauthorized: { label: "Unauthorised", color: "--unauthorized" },
  client_error: { label: "Client error", color: "--client-error" },
  server_error: { label: "Server error", color: "--server-error" },
  timeout: { label: "Timeout", color: "--timeout" },
};

const PALETTE: readonly ColorToken[] = [
  "--series-1",
  "--series-2",
  "--series-3",
  "--series-4",
  "--series-5",
  "--series-6",
  "--series-7",
  "--series-8",
];

/** The colour of the nth series that has no meaning of its own; past the palette they share the quiet one. */
export function seriesColor(index: number): ColorToken {
  return PALETTE[index] ?? "--series-rest";
}
