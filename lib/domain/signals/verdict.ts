import type { Outcome } from "../usage/outcome";
import type { ErrorFacts } from "./error";
import type { SignalLimit } from "./types";

/** The providers whose own language is understood. */
export type Family = "openai" | "anthropic" | "gemini" | "mistral" | "azure" | "bedrock";

/** What one rule makes of an answer. */
export interface Verdict {
  outcome: Outcome;
  /** The code by which it was recognised, without the provider. */
  code: string;
  /** Whose code it is; null when several providers and gateways use it. */
  family: Family | null;
  /** Epoch ms; null: there is no date (a payment is needed); undefined: whatever the headers say. */
  quotaResetAt?: number | null;
  /** Seconds that the body itself asks to wait. */
  retryAfterS?: number | null;
}

/** What an identifier in a body means. */
export interface CodeMeaning {
  outcome: Outcome;
  /** The code says too little to contradict an error status; it counts only when the status names no error. */
  weak?: true;
  /** When the quota comes back: `never` without a payment, or with the calendar month in UTC. */
  resets?: "never" | "month";
}

export type CodeTable = Readonly<Record<string, CodeMeaning>>;

/** Everything a rule may look at. */
export interface Circumstances {
  facts: ErrorFacts;
  /** The HTTP status, or the one that the body names when there was none; null when neither is known. */
  status: number | null;
  /** Whether the event says that the key is this family's. */
  provider: Family | null;
  limits: readonly SignalLimit[];
  /** The event's time, epoch ms. */
  now: number;
}

/** A provider's reading of what no single code says; null when it does not apply. */
export type Rule = (circumstances: Circumstances) => Verdict | null;

/** The family that a provider's name belongs to: `azure-openai`, `google`, `vertex_ai`, `amazon-bedrock`, … */
export function familyOf(provider: unknown): Family | null {
  if (typeof provider !== "string" || provider === "" || provider.length > 200) return null;
  const name = provider.toLowerCase();
  if (name.includes("azure")) return "azure";
  if (name.includes("bedrock") || name === "aws" || name.startsWith("amazon")) return "bedrock";
  if (name.includes("openai")) return "openai";
  if (name.includes("anthropic") || name === "claude") return "anthropic";
  if (name.includes("gemini") || name.includes("google") || name.includes("vertex")) return "gemini";
  return name.includes("mistral") ? "mistral" : null;
}
