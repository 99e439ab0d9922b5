import type { IncomingMessage, ServerResponse } from "node:http";
import { hashToken } from "@/lib/crypto";
import { AppError } from "@/lib/errors";
import { type IngestSource, sourceOfToken } from "@/lib/features/tokens/lookup";
import { problem } from "@/lib/http/problem";
import { metrics } from "@/lib/metrics";
import type { RawAnswer, RawRequest, Runtime } from "@/lib/runtime";
import { speaksCloudEvents } from "./adapters/cloudevents";
import { adapterOf } from "./adapters/registry";
import { BODY_LIMITS, Bodies, type BodyLimits, MAX_BODY, MAX_FOREIGN_BODY } from "./body";
import { checkEvent } from "./check";
import { SourceCounters } from "./counters";
import { type Endpoint, endpointOf, tokenOf } from "./endpoint";
import type { CheckedEvent, IngestResult, Rejection } from "./event";
import { faultOf } from "./fields";
import { openForeign } from "./foreign";
import { nativeRecords } from "./native";
import { Line, pace } from "./pace";
import { Pipeline } from "./pipeline";
import type { RawRecord } from "./records";

const MAX_ERRORS = 100;
/** Requests of so many records are checked one after the other; smaller ones pass them by. */
const LONG = 200;

/** The ingest endpoints of one process. */
export interface Ingest {
  /** Answers the request if it is one for ingest; false leaves it to the next handler. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Stores the records of one request of a source; the same path that HTTP takes. `maxErrors` bounds what is explained. */
  accept(
    source: Pick<IngestSource, "id">,
    records: readonly RawRecord[],
    idempotencyKey: string | null,
    maxErrors?: number,
  ): Promise<IngestResult>;
  /** Stores what waits and refuses what comes after. */
  close(): Promise<void>;
}

/** Handed in by tests. */
export interface IngestOptions {
  clock?: () => number;
  bodyLimits?: BodyLimits;
}

/** What the checks made of a request's records. */
interface Checked {
  /** Arrival, epoch ms. */
  now: number;
  events: CheckedEvent[];
  /** The record of the last of the events. */
  last: RawRecord | undefined;
  rejected: number;
  errors: Rejection[];
  /** The records of the errors, one by one. */
  refused: RawRecord[];
}

export function createIngest(runtime: Runtime, options: IngestOptions = {}): Ingest {
  const { clock = Date.now, bodyLimits = BODY_LIMITS } = options;
  const bodies = new Bodies(bodyLimits);
  const line = new Line();
  const pipeline = new Pipeline(runtime, clock);
  const counters = new SourceCounters(runtime.db.pool);
  runtime.changed.subscribe(({ entity, id }) => {
    if (entity === "key") pipeline.store.keys.forget(Number(id));
  });

  const check = async (
    source: Pick<IngestSource, "id">,
    records: readonly RawRecord[],
    idempotencyKey: string | null,
    maxErrors: number,
  ): Promise<Checked> => {
    const now = clock();
    const context = {
      ring: runtime.keyring,
      sourceId: source.id,
      now,
      retentionDays: runtime.settings.retentionEventsDays,
      idempotencyKey,
      identities: new Map(),
    };
    const checked: Checked = { now, events: [], last: undefined, rejected: 0, errors: [], refused: [] };
    const reject = (record: RawRecord, field: string, message: string) => {
      checked.rejected += 1;
      if (checked.errors.length >= maxErrors) return;
      checked.errors.push({ index: record.index, field, message });
      checked.refused.push(record);
    };
    const all = async () => {
      const turn = pace();
      for (const record of records) {
        const wait = turn();
        if (wait !== undefined) await wait;
        if ("fault" in record) {
          reject(record, record.field ?? "", record.fault);
          continue;
        }
        try {
          const event = checkEvent(record.value, record.index, context);
          checked.events.push(record.once === true ? { ...event, receipt: event.named } : event);
          checked.last = record;
        } catch (error) {
          const { field, message } = faultOf(error);
          reject(record, field, message);
        }
      }
    };
    await (records.length < LONG ? all() : line.run(all));
    return checked;
  };

  const keep = async (source: Pick<IngestSource, "id">, checked: Checked): Promise<IngestResult> => {
    const { now, events, last, rejected, errors, refused } = checked;
    const duplicates = events.length === 0 ? 0 : await pipeline.submit(source.id, events);
    const result = { accepted: events.length - duplicates, duplicates, rejected, errors };
    const event = events.at(-1);
    counters.add(source.id, result, now, {
      latest: last === undefined || event === undefined ? null : { record: last, event },
      refused,
    });
    if (result.accepted > 0) metrics.events.inc(ACCEPTED, result.accepted);
    if (duplicates > 0) metrics.events.inc(DUPLICATE, duplicates);
    if (rejected > 0) metrics.events.inc(REJECTED, rejected);
    return result;
  };

  // Not one async function: it would hold all that was parsed while the events wait to be stored.
  const accept: Ingest["accept"] = (source, records, idempotencyKey, maxErrors = MAX_ERRORS) =>
    check(source, records, idempotencyKey, maxErrors).then((checked) => keep(source, checked));

  const native = async (source: IngestSource, request: RawRequest): Promise<RawAnswer> => {
    if (source.signingSecret !== null) {
      throw new AppError("forbidden", "This source takes its gateway's signed deliveries only.");
    }
    const idempotencyKey = idempotencyKeyOf(request.header("idempotency-key"));
    const type = request.header("content-type");
    const result = await bodies.use(request, MAX_BODY, async (body) =>
      accept(source, nativeRecords(body, type), idempotencyKey),
    );
    const allRejected = result.rejected > 0 && result.accepted === 0 && result.duplicates === 0;
    return answerOf(allRejected ? 422 : 200, "application/json", JSON.stringify(result));
  };

  /** Gateways send a batch again on anything but success, so what is wrong with a record never fails its request. */
  const foreign = async (
    source: IngestSource,
    { format, path }: Endpoint & { format: Exclude<Endpoint["format"], "native"> },
    request: RawRequest,
  ): Promise<RawAnswer> => {
    const { method, header, search } = request;
    const adapter = format === "auto" ? undefined : adapterOf(format);
    const greeting = adapter?.greeting?.(header, new URLSearchParams(search)) ?? {};
    // Senders look whether somebody is there before they send.
    if (method !== "POST") return answerOf(200, null, "", greeting);
    return bodies.use(request, MAX_FOREIGN_BODY, async (body) => {
      const opened = openForeign(format, { path, header, body }, source);
      const result = await accept(source, opened.records, null);
      const { type, body: text, headers } = opened.answer(result, clock());
      return answerOf(200, type, text, { ...headers, ...greeting });
    });
  };

  const answer = async (endpoint: Endpoint, request: RawRequest): Promise<RawAnswer> => {
    try {
      const source = await authenticate(endpoint, request);
      // OpenMeter's clients, LiteLLM's among them, post CloudEvents to the same path.
      const isOpenMeter = endpoint.format === "native" && speaksCloudEvents(request.header);
      const format = isOpenMeter ? "cloudevents" : endpoint.format;
      return await (format === "native"
        ? native(source, request)
        : foreign(source, { ...endpoint, format }, request));
    } catch (error) {
      const refusal = problem(error, { path: endpoint.path });
      return {
        status: refusal.status,
        headers: Object.fromEntries(refusal.headers),
        body: await refusal.text(),
      };
    }
  };

  const respond: NonNullable<Runtime["ingest"]> = (request) => {
    const endpoint = endpointOf(request.path);
    return endpoint === null ? null : answer(endpoint, request);
  };

  runtime.ingest = respond;

  return {
    accept,
    handle(request, response) {
      const { method = "" } = request;
      const [path = "", ...query] = (request.url ?? "").split("?");
      if (method !== "POST" && !(isProbe(method) && endpointOf(path)?.format !== "native")) return false;
      const search = query.length === 0 ? "" : `?${query.join("?")}`;
      const header = (name: string) => one(request.headers[name]);
      const answered = respond({ method, path, search, header, body: request });
      if (answered === null) return false;
      void answered.then((found) => send(request, response, found, bodyLimits.lingerMs));
      return true;
    },
    async close() {
      await pipeline.close();
      await counters.write();
    },
  };
}

const ACCEPTED = { result: "accepted" };
const DUPLICATE = { result: "duplicate" };
const REJECTED = { result: "rejected" };
// Each is there from the start, so that its rate is known from its first event on.
for (const labels of [ACCEPTED, DUPLICATE, REJECTED]) metrics.events.inc(labels, 0);

const isProbe = (method: string) => method === "GET" || method === "HEAD";
const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

async function authenticate(endpoint: Endpoint, { header }: RawRequest): Promise<IngestSource> {
  const token = tokenOf(endpoint, header);
  if (token === null) {
    throw new AppError("unauthenticated", "Send a source's ingest token: Authorization: Bearer <token>.");
  }
  const source = await sourceOfToken(hashToken(token));
  if (source === null)
    throw new AppError("unauthenticated", "This ingest token is not known or was revoked.");
  return source;
}

function idempotencyKeyOf(header: string | undefined): string | null {
  const key = header?.trim();
  if (key === undefined || key === "") return null;
  if (key.length > 200)
    throw new AppError("bad_request", "Idempotency-Key: expected at most 200 characters.");
  return key;
}

const answerOf = (
  status: number,
  type: string | null,
  body: RawAnswer["body"],
  headers: Record<string, string> = {},
): RawAnswer => ({
  status,
  headers: type === null ? headers : { ...headers, "content-type": type },
  body,
});

/**
 * Answers. What a refused body still sends is dropped; one that goes on and on loses its connection. Until then the answer
 * is not ended: with `Connection: close` that would cut off a sender who reads it only when all is sent.
 */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: RawAnswer,
  lingerMs: number,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  if (request.complete) {
    response.end(body);
    return;
  }
  response.write(body);
  const timer = setTimeout(() => request.destroy(), lingerMs);
  request.once("end", () => response.end());
  request.once("close", () => clearTimeout(timer));
  request.resume();
}
