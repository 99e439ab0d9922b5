import { gunzipSync } from "node:zlib";
import { MAX_FOREIGN_BODY } from "../body";
import { FieldError, type Fields, isObject } from "../fields";
import { bounded, looseRecords, type RawRecord } from "../records";
import type { Adapter, Delivery, NativeEvent } from "./adapter";
import {
  address,
  embedded,
  firstInstant,
  firstOf,
  firstText,
  httpStatus,
  int,
  num,
  routeOf,
  text,
} from "./read";

/** Amazon Data Firehose with an HTTP endpoint as its destination, fed by API Gateway's access log. */
export const firehose: Adapter = {
  format: "firehose",
  title: "AWS API Gateway (Firehose)",
  about: "API Gateway's access log through a Firehose stream",
  setup: [
    {
      title:
        "A Firehose stream named amazon-apigateway-…, its destination an HTTP endpoint (HTTPS on port 443)",
      language: "text",
      text: `HTTP endpoint URL: {{url}}
Access key: {{token}}
Content encoding: GZIP
Buffer: 1 MiB or 60 seconds`,
    },
    {
      title:
        "API Gateway: the stage's access log destination is the ARN of that stream, its format this, in one line",
      language: "json",
      text: `{ "requestId": "$context.requestId", "requestTimeEpoch": "$context.requestTimeEpoch", "ip": "$context.identity.sourceIp", "userAgent": "$context.identity.userAgent", "user": "$context.identity.user", "apiKeyId": "$context.identity.apiKeyId", "httpMethod": "$context.httpMethod", "path": "$context.path", "resourcePath": "$context.resourcePath", "stage": "$context.stage", "apiId": "$context.apiId", "status": "$context.status", "responseLength": "$context.responseLength", "responseLatency": "$context.responseLatency", "errorResponseType": "$context.error.responseType" }`,
    },
  ],
  recognises: (record) =>
    firstText(record, ...fields("requestId")) !== undefined &&
    firstText(record, ...fields("httpMethod", "routeKey")) !== undefined &&
    firstText(record, ...fields("requestTimeEpoch", "requestTime", "apiId", "stage")) !== undefined,
  claims: (delivery) =>
    delivery.header("x-amz-firehose-request-id") !== undefined || ENVELOPE.test(headOf(delivery.body)),
  records,
  events: (record) => [callOf(record)],
  answer: (delivery, _result, now) => ({
    type: "application/json",
    body: JSON.stringify({ requestId: requestIdOf(delivery), timestamp: now }),
  }),
};

const ENVELOPE = /^\s*\{[^{]*"records"\s*:\s*\[\s*\{\s*"data"\s*:/;
const headOf = (body: Buffer): string => body.subarray(0, 400).toString("latin1");

/** Sent as a header, too, so that it is known even when the body cannot be read. */
function requestIdOf({ header, body }: Delivery): string {
  const sent = header("x-amz-firehose-request-id");
  return sent ?? /"requestId"\s*:\s*"([^"\\]{1,200})"/.exec(body.toString("latin1"))?.[1] ?? "";
}

/** The lines of all records; each carries the place from which its id follows, since Firehose repeats whole requests. */
function records(delivery: Delivery): RawRecord[] {
  const envelope = embedded(delivery.body.toString("utf8"));
  if (!Array.isArray(envelope.records))
    throw new FieldError("records", "expected Firehose's list of records");
  const requestId = text(envelope.requestId) ?? requestIdOf(delivery);
  let room = MAX_FOREIGN_BODY;
  const found = envelope.records.flatMap((record: unknown, r): RawRecord[] => {
    const data = dataOf(record, room);
    if (data === null) return [{ index: 0, fault: "expected base64 data", field: "data" }];
    room -= data.length;
    return linesOf(data).map((line, i) => placed(line, `${requestId}/${r}${i === 0 ? "" : `/${i}`}`));
  });
  return bounded(found.map((one, index) => ({ ...one, index })));
}

const placed = (line: RawRecord, firehose: string): RawRecord =>
  "value" in line && isObject(line.value) ? { ...line, value: { ...line.value, firehose } } : line;

/** A record's bytes, unzipped when they are gzip; null when they are none or unfold to more than there is room for. */
function dataOf(record: unknown, room: number): Buffer | null {
  if (!isObject(record) || typeof record.data !== "string") return null;
  const data = Buffer.from(record.data, "base64");
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  try {
    return gunzipSync(data, { maxOutputLength: Math.max(room, 1) });
  } catch {
    return null;
  }
}

/** CloudWatch Logs, when the access log goes through it, wraps lines into messages of its own. */
function linesOf(data: Buffer): RawRecord[] {
  return looseRecords(data).flatMap((line): RawRecord[] => {
    const { messageType, logEvents }: Fields = "value" in line && isObject(line.value) ? line.value : {};
    if (messageType === "CONTROL_MESSAGE") return [];
    if (messageType !== "DATA_MESSAGE" || !Array.isArray(logEvents)) return [line];
    return logEvents.flatMap((event: unknown) =>
      looseRecords(Buffer.from(isObject(event) && typeof event.message === "string" ? event.message : "")),
    );
  });
}

/** The operator names the fields of the log: after the last part of the context variable, or as AWS writes it whole. */
const fields = (...names: string[]): string[] =>
  names.flatMap((name) => [
    name,
    `identity.${name}`,
    `context.${name}`,
    `context.identity.${name}`,
    `$context.${name}`,
  ]);

function callOf(record: Fields): NativeEvent {
  const status = firstOf(record, httpStatus, ...fields("status", "statusCode"));
  const method = firstText(record, ...fields("httpMethod"));
  const routeKey = firstText(record, ...fields("routeKey"));
  if (status === undefined && method === undefined && routeKey === undefined)
    throw new FieldError("status", "expected API Gateway's access log");
  const errorType = firstText(record, ...fields("errorResponseType", "error.responseType"));
  return {
    id: text(record.firehose),
    time: firstInstant(record, ...fields("requestTimeEpoch", "requestTime")),
    key: firstText(record, ...fields("apiKeyId")),
    consumer: firstText(record, ...fields("user", "principalId", "authorizer.principalId", "caller")),
    method: method ?? /^([A-Z]+) \//.exec(routeKey ?? "")?.[1],
    route: routeOf(
      firstText(record, ...fields("resourcePath")) ??
        /^[A-Z]+ (\/.*)/.exec(routeKey ?? "")?.[1] ??
        firstText(record, ...fields("path", "rawPath")),
    ),
    status: status ?? statusOf(errorType),
    error_type: errorType,
    latency_ms: firstOf(record, num, ...fields("responseLatency", "latency", "integrationLatency")),
    request_bytes: firstOf(record, int, ...fields("requestLength")),
    response_bytes: firstOf(record, int, ...fields("responseLength")),
    client_ip: firstOf(record, address, ...fields("ip", "sourceIp")),
    user_agent: firstText(record, ...fields("userAgent")),
    region: firstText(record, ...fields("region", "awsRegion")),
    tags: tagsOf(record),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const STATUS: Record<string, number> = {
  THROTTLED: 429,
  QUOTA_EXCEEDED: 429,
  UNAUTHORIZED: 401,
  ACCESS_DENIED: 403,
  INVALID_API_KEY: 403,
  EXPIRED_TOKEN: 403,
  INTEGRATION_TIMEOUT: 504,
  INTEGRATION_FAILURE: 504,
};
const statusOf = (type: string | undefined) =>
  type !== undefined && Object.hasOwn(STATUS, type) ? STATUS[type] : undefined;

function tagsOf(record: Fields): Record<string, string> | undefined {
  const named = (["apiId", "stage"] as const).flatMap((name) => {
    const value = firstText(record, ...fields(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}
