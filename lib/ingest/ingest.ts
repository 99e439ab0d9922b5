import type { IncomingMessage, ServerResponse } from "node:http";
import { hashToken } from "@/lib/crypto";
import { AppError } from "@/lib/errors";
import { type IngestSource, sourceOfToken } from "@/lib/features/tokens/lookup";
import { problem } from "@/lib/http/problem";
import { metrics } from "@/lib/metrics";
import type { Runtime } from "@/lib/runtime";
import { parseRecords, type RawRecord, readBody } from "./body";
import { checkEvent } from "./check";
import { SourceCounters } from "./counters";
import type { CheckedEvent, IngestResult, Rejection } from "./event";
import { FieldError } from "./fields";
import { Pipeline } from "./pipeline";

const MAX_ERRORS = 100;

/** The ingest endpoint of one process. */
export interface Ingest {
  /** Answers the request if it is one for ingest; false leaves it to the next handler. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Stores the records of one request of a source; the same path that HTTP takes. */
  accept(
    source: Pick<IngestSource, "id">,
    records: RawRecord[],
    idempotencyKey: string | null,
  ): Promise<IngestResult>;
  /** Stores what waits and refuses what comes after. */
  close(): Promise<void>;
}

export function createIngest(runtime: Runtime, clock: () => number = Date.now): Ingest {
  const pipeline = new Pipeline(runtime);
  const counters = new SourceCounters(runtime.db.pool);
  runtime.changed.subscribe(({ entity, id }) => {
    if (entity === "key") pipeline.store.keys.forget(Number(id));
  });

  const accept: Ingest["accept"] = async (source, records, idempotencyKey) => {
    const now = clock();
    const context = {
      ring: runtime.keyring,
      sourceId: source.id,
      now,
      retentionDays: runtime.env.retentionEventsDays,
      idempotencyKey,
      identities: new Map(),
    };
    const events: CheckedEvent[] = [];
    const errors: Rejection[] = [];
    let rejected = 0;
    const reject = (index: number, field: string, message: string) => {
      rejected += 1;
      if (errors.length < MAX_ERRORS) errors.push({ index, field, message });
    };
    records.forEach((record, index) => {
      if ("fault" in record) {
        reject(index, "", record.fault);
        return;
      }
      try {
        events.push(checkEvent(record.value, index, context));
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        reject(index, error.field, error.message);
      }
    });
    const duplicates = events.length === 0 ? 0 : await pipeline.submit(source.id, events);
    const result = { accepted: events.length - duplicates, duplicates, rejected, errors };
    counters.add(source.id, result, now);
    metrics.events.inc({ result: "accepted" }, result.accepted);
    metrics.events.inc({ result: "duplicate" }, duplicates);
    metrics.events.inc({ result: "rejected" }, rejected);
    return result;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const source = await authenticate(request);
      const idempotencyKey = idempotencyKeyOf(request);
      const body = await readBody(request);
      const result = await accept(
        source,
        parseRecords(body, request.headers["content-type"]),
        idempotencyKey,
      );
      const allRejected = result.rejected > 0 && result.accepted === 0 && result.duplicates === 0;
      send(response, allRejected ? 422 : 200, "application/json", JSON.stringify(result));
    } catch (error) {
      const refusal = problem(error, { path: "/api/v1/events" });
      const headers = Object.fromEntries(refusal.headers);
      send(response, refusal.status, "application/problem+json", await refusal.text(), headers);
      // The rest of a refused body is dropped rather than read to its end.
      if (!request.complete) request.resume();
    }
  };

  return {
    accept,
    handle(request, response) {
      if (request.method !== "POST" || pathOf(request) !== "/api/v1/events") return false;
      void answer(request, response);
      return true;
    },
    async close() {
      await pipeline.close();
      await counters.write();
    },
  };
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "").split("?", 1)[0] ?? "";

async function authenticate(request: IncomingMessage): Promise<IngestSource> {
  const token = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) {
    throw new AppError("unauthenticated", "Send a source's ingest token: Authorization: Bearer <token>.");
  }
  const source = await sourceOfToken(hashToken(token));
  if (source === null)
    throw new AppError("unauthenticated", "This ingest token is not known or was revoked.");
  return source;
}

function idempotencyKeyOf(request: IncomingMessage): string | null {
  const header = request.headers["idempotency-key"];
  const key = (Array.isArray(header) ? header[0] : header)?.trim();
  if (key === undefined || key === "") return null;
  if (key.length > 200)
    throw new AppError("bad_request", "Idempotency-Key: expected at most 200 characters.");
  return key;
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
