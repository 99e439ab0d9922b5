import { setTimeout as sleep } from "node:timers/promises";

/** What the management API refused, with the request and the server's reason. */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

type Row = Record<string, unknown> & { id: string };

export type Api = {
  post(path: string, body: unknown): Promise<Row>;
  put(path: string, body: unknown): Promise<void>;
  /** Every row of a list, page by page. */
  list(path: string): Promise<Row[]>;
  /** The first row of a list. */
  first(path: string): Promise<Row | undefined>;
};

const ATTEMPTS = 5;
const BACKOFF_MS = 300;
const TIMEOUT_MS = 15_000;

/** The management API at `url`. Throws ApiError with the problem the server named. */
export function createApi(url: string, token: string): Api {
  async function once(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await once(method, path, body);
      const text = await response.text();
      if (response.ok) return parse(text, method, path);
      if (response.status === 503 && attempt < ATTEMPTS) {
        await sleep(attempt * BACKOFF_MS);
        continue;
      }
      throw new ApiError(
        `${method} ${path} answered HTTP ${response.status}: ${problemOf(text)}`,
        response.status,
      );
    }
  }

  async function page(
    path: string,
    cursor: string | null,
    limit: number,
  ): Promise<{ data: Row[]; next: string | null }> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
    const body = await call("GET", `${path}${path.includes("?") ? "&" : "?"}${query}`);
    if (!isObject(body) || !Array.isArray(body.data)) throw new ApiError(`GET ${path} answered no list`, 200);
    const next = body.next_cursor;
    return { data: body.data.filter(isRow), next: typeof next === "string" ? next : null };
  }

  return {
    async post(path, body) {
      const answer = await call("POST", path, body);
      if (!isRow(answer)) throw new ApiError(`POST ${path} answered no object with an id`, 200);
      return answer;
    },
    async put(path, body) {
      await call("PUT", path, body);
    },
    async list(path) {
      const rows: Row[] = [];
      let cursor: string | null = null;
      do {
        const { data, next } = await page(path, cursor, 100);
        rows.push(...data);
        cursor = next;
      } while (cursor !== null);
      return rows;
    },
    first: async (path) => (await page(path, null, 1)).data[0],
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isRow(value: unknown): value is Row {
  return isObject(value) && typeof value.id === "string";
}

function parse(text: string, method: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(`${method} ${path} answered no JSON: ${text.slice(0, 100)}`, 200);
  }
}

/** The detail of a problem document and the fields it names. */
function problemOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (!isObject(body)) return text.slice(0, 200);
    const errors = Array.isArray(body.errors) ? body.errors.filter(isObject) : [];
    const fields = errors.map((error) => `${String(error.path)}: ${String(error.message)}`);
    return [body.detail ?? body.title ?? "no reason given", ...fields].join("; ");
  } catch {
    return text.slice(0, 200) || "no reason given";
  }
}
