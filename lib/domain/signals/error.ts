import { readDurationS, readSeconds } from "./parse";

/** One quota that a Google-style body says was exceeded. */
export interface ExceededQuota {
  id: string;
  metric: string;
  value: string | number | null;
}

/** What was found in an error body, without its prose. */
export interface ErrorFacts {
  /** Identifiers such as `insufficient_quota` or `throttlingexception`: lower-case, in order of precision. */
  codes: string[];
  /** The body's messages, lower-case; for matching only. */
  message: string;
  /** An HTTP error status named in the body. */
  status: number | null;
  quotas: ExceededQuota[];
  /** Seconds of an explicit `RetryInfo`. */
  retryDelayS: number | null;
}

const MAX_TEXT = 16_384;
const MAX_MESSAGE = 4_000;
const MAX_CODES = 32;
const MAX_CODE = 120;
const MAX_DEPTH = 6;
const MAX_ITEMS = 8;

/** Fields that hold identifiers, the most precise first. */
const CODE_FIELDS = [
  "error_code",
  "errorCode",
  "code",
  "reason",
  "type",
  "__type",
  "status",
  "error_type",
  "errorType",
];
const STATUS_FIELDS = ["code", "status", "statusCode", "status_code", "raw_status_code"];
const NESTED_FIELDS = ["error", "details", "detail", "errors", "innererror"];

/** Delay phrases of providers that say it in prose only: "Please retry after 6 seconds", "try again in 2s". */
const DELAY_PHRASES = ["retry after ", "retry in ", "try again in ", "try again after "];

/**
 * Finds codes, quota ids and delays in a provider's error body: an object, an array, JSON text, text with JSON in it
 * (as SDKs print it), or plain text. Depth, size and number of everything are bounded; never throws.
 */
export function readError(error: unknown, errorTypes: readonly unknown[]): ErrorFacts {
  const facts: ErrorFacts = { codes: [], message: "", status: null, quotas: [], retryDelayS: null };
  collect(error, facts, 0);
  for (const type of errorTypes) addCode(facts, type);
  return facts;
}

/** Seconds that the message asks to wait, when it says so in prose; else null. */
export function proseDelayS(message: string): number | null {
  for (const phrase of DELAY_PHRASES) {
    const at = message.indexOf(phrase);
    if (at < 0) continue;
    const [amount = "", unit = ""] = message.slice(at + phrase.length, at + phrase.length + 60).split(" ", 2);
    const seconds = readDurationS(stripPunctuation(amount));
    if (seconds === null) continue;
    const bare = /^\d[\d.]*$/.test(amount);
    return readSeconds(bare ? seconds * wordScale(unit) : seconds);
  }
  return null;
}

function collect(value: unknown, facts: ErrorFacts, depth: number): void {
  if (depth > MAX_DEPTH || value === null || value === undefined) return;
  if (typeof value === "string") collectText(value, facts, depth);
  else if (Array.isArray(value))
    for (const item of value.slice(0, MAX_ITEMS)) collect(item, facts, depth + 1);
  else if (typeof value === "object") collectObject(value, facts, depth);
}

function collectObject(value: object, facts: ErrorFacts, depth: number): void {
  const own = (field: string): unknown =>
    Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
  for (const field of CODE_FIELDS) addCode(facts, own(field));
  for (const field of STATUS_FIELDS) addStatus(facts, own(field));
  const message = own("message");
  if (typeof message === "string") {
    // Gateways put the upstream body into their own message.
    if (message.startsWith("{")) collectText(message, facts, depth + 1);
    else addMessage(facts, message);
  }
  for (const field of NESTED_FIELDS) collect(own(field), facts, depth + 1);
  collectGoogleDetail(own, facts);
  const metadata = own("metadata");
  // OpenRouter keeps the upstream body in metadata.raw.
  if (isObject(metadata) && Object.hasOwn(metadata, "raw"))
    collect(Reflect.get(metadata, "raw"), facts, depth + 1);
}

/** `google.rpc` details: QuotaFailure.violations, RetryInfo.retryDelay and ErrorInfo.metadata.quota_limit. */
function collectGoogleDetail(own: (field: string) => unknown, facts: ErrorFacts): void {
  const delay = own("retryDelay");
  if (typeof delay === "string") facts.retryDelayS ??= readDurationS(delay);
  const violations = own("violations");
  if (Array.isArray(violations)) {
    for (const violation of violations.slice(0, MAX_ITEMS)) {
      if (!isObject(violation)) continue;
      const { quotaId, quotaMetric, quotaValue } = violation as Record<string, unknown>;
      addQuota(facts, quotaId, quotaMetric, quotaValue);
    }
  }
  const metadata = own("metadata");
  if (isObject(metadata)) {
    const { quota_limit, quota_metric, quota_limit_value } = metadata as Record<string, unknown>;
    addQuota(facts, quota_limit, quota_metric, quota_limit_value);
  }
}

function collectText(value: string, facts: ErrorFacts, depth: number): void {
  const text = value.slice(0, MAX_TEXT).trim();
  const parsed = parseWithin(text);
  if (parsed !== undefined) {
    collect(parsed, facts, depth + 1);
    return;
  }
  addMessage(facts, text);
  // Printed by an SDK, or cut off in the middle: what looks like an identifier still counts.
  for (const word of text.split(/[^A-Za-z0-9_]+/, 400)) {
    if (word.includes("PerDay") || word.includes("PerMinute")) addQuota(facts, word, "", null);
    else if (word.includes("_") || /(?:Error|Exception)$/.test(word)) addCode(facts, word);
  }
}

/** The JSON in a text, even behind a prefix such as `429 Too Many Requests: {…}`; undefined when there is none. */
function parseWithin(text: string): object | string | undefined {
  let json = text;
  if (!text.startsWith("[") && !text.startsWith('"')) {
    const start = text.indexOf("{");
    if (start < 0) return undefined;
    json = text.slice(start, text.lastIndexOf("}") + 1);
  }
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) || typeof parsed === "string" ? parsed : undefined;
  } catch {
    // Not JSON is an answer here: the caller then reads it as text.
    return undefined;
  }
}

function addCode(facts: ErrorFacts, value: unknown): void {
  if (typeof value !== "string" || value.length === 0 || value.length > MAX_CODE) return;
  if (facts.codes.length >= MAX_CODES) return;
  let code = value.trim();
  // com.amazon.coral#ThrottlingException, https://iana.org/…#quota-exceeded, ThrottlingException:http://…
  const hash = code.indexOf("#");
  if (hash >= 0) code = code.slice(hash + 1);
  else if (code.startsWith("http")) code = code.slice(code.lastIndexOf("/") + 1);
  const colon = code.indexOf(":");
  if (colon > 0) code = code.slice(0, colon);
  code = code.toLowerCase().replaceAll(" ", "_");
  if (code !== "" && !facts.codes.includes(code)) facts.codes.push(code);
}

function addStatus(facts: ErrorFacts, value: unknown): void {
  if (facts.status !== null) return;
  const status = typeof value === "string" && value.length === 3 ? Number(value) : value;
  if (typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599)
    facts.status = status;
}

function addMessage(facts: ErrorFacts, text: string): void {
  if (facts.message.length < MAX_MESSAGE) facts.message += `${text.slice(0, MAX_MESSAGE).toLowerCase()}\n`;
}

function addQuota(facts: ErrorFacts, id: unknown, metric: unknown, value: unknown): void {
  if (typeof id !== "string" || id.length > 200 || facts.quotas.length >= MAX_ITEMS) return;
  facts.quotas.push({
    id: id.toLowerCase(),
    metric: typeof metric === "string" ? metric.slice(0, 200).toLowerCase() : "",
    value: typeof value === "string" || typeof value === "number" ? value : null,
  });
}

function stripPunctuation(word: string): string {
  const token = word.split(/[\s,;]/, 1)[0] ?? "";
  return token.endsWith(".") ? token.slice(0, -1) : token;
}

function wordScale(unit: string): number {
  if (unit.startsWith("ms") || unit.startsWith("milli")) return 0.001;
  if (unit.startsWith("min")) return 60;
  return unit.startsWith("hour") ? 3_600 : 1;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
