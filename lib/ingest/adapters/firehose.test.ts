import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Fields } from "../fields";
import type { Delivery } from "./adapter";
import { firehose } from "./firehose";
import { claimant, recogniser } from "./registry";

const line = (more: object = {}) => ({
  requestId: "c6af9ac6",
  ip: "203.0.113.7",
  caller: "-",
  user: "-",
  apiKeyId: "b5q3x2k1yz",
  requestTime: "20/Sep/2026:22:10:39 +0000",
  requestTimeEpoch: "1790000000538",
  httpMethod: "GET",
  resourcePath: "/items/{id}",
  path: "/prod/items/42",
  stage: "prod",
  apiId: "a1b2",
  status: "429",
  responseLength: "33",
  responseLatency: "7",
  integrationLatency: "-",
  errorResponseType: "THROTTLED",
  ...more,
});
const data = (...lines: unknown[]) => lines.map((one) => JSON.stringify(one)).join("\n");
const delivery = (records: unknown, headers: Record<string, string> = {}): Delivery => ({
  path: "/api/v1/ingest/firehose",
  header: (name) => headers[name],
  body: Buffer.from(JSON.stringify({ requestId: "r-1", timestamp: 1_790_000_000_000, records })),
});
const encoded = (content: string | Buffer) => ({ data: Buffer.from(content).toString("base64") });
const present = (record: Fields) => {
  const [found] = firehose.events(record);
  return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => value !== undefined));
};

describe("firehose", () => {
  it("maps a line of API Gateway's access log", () => {
    expect(present(line())).toEqual({
      time: 1_790_000_000_538,
      key: "b5q3x2k1yz",
      method: "GET",
      route: "/items/{id}",
      status: 429,
      error_type: "THROTTLED",
      latency_ms: 7,
      response_bytes: 33,
      client_ip: "203.0.113.7",
      tags: { apiId: "a1b2", stage: "prod" },
    });
  });

  it.each<[string, object, object]>([
    ["a written time", { requestTimeEpoch: "-" }, { time: Date.UTC(2026, 8, 20, 22, 10, 39) }],
    [
      "an HTTP API's route",
      { httpMethod: undefined, resourcePath: "-", routeKey: "GET /pets/{id}" },
      { method: "GET", route: "/pets/{id}" },
    ],
    ["the path where there is no route", { resourcePath: "-" }, { route: "/prod/items/42" }],
    [
      "names as AWS writes them",
      { apiKeyId: undefined, identity: { apiKeyId: "k-2", sourceIp: "203.0.113.9" } },
      { key: "k-2" },
    ],
    [
      "a status that only the error names",
      { status: "-", errorResponseType: "QUOTA_EXCEEDED" },
      { status: 429, error_type: "QUOTA_EXCEEDED" },
    ],
    ["a caller", { user: "ana" }, { consumer: "ana", key: "b5q3x2k1yz" }],
  ])("reads %s", (_name, more, shown) => {
    expect(present(line(more))).toMatchObject(shown);
  });

  it("refuses lines of something else", () => {
    expect(() => firehose.events({ requestId: "x", message: "hello" })).toThrow(
      "expected API Gateway's access log",
    );
  });

  it("opens records with a line, several lines, zipped, and from CloudWatch; a bad one spoils no other", () => {
    const cloudwatch = { messageType: "DATA_MESSAGE", logEvents: [{ id: "1", message: data(line()) }] };
    const records = firehose.records?.(
      delivery([
        encoded(data(line())),
        encoded(`${data(line(), line())}\n`),
        encoded(gzipSync(data(cloudwatch))),
        encoded(data({ messageType: "CONTROL_MESSAGE", logEvents: [] })),
        encoded("hello"),
        { data: 7 },
        encoded(Buffer.from([0x1f, 0x8b, 1])),
      ]),
    );
    const ids = records?.map((record) =>
      "value" in record ? (record.value as Fields).firehose : record.fault,
    );
    expect(ids).toEqual([
      "r-1/0",
      "r-1/1",
      "r-1/1/1",
      "r-1/2",
      "this record is not JSON",
      "expected base64 data",
      "expected base64 data",
    ]);
    expect(records?.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(present(line({ firehose: "r-1/0" }))).toMatchObject({ id: "r-1/0" });
  });

  it("unfolds no more than a body may hold", () => {
    const bomb = encoded(gzipSync(Buffer.alloc(30 * 1024 * 1024)));
    expect(firehose.records?.(delivery([bomb]))).toEqual([
      { index: 0, fault: "expected base64 data", field: "data" },
    ]);
  });

  it("names what is wrong with an envelope", () => {
    expect(() => firehose.records?.(delivery("x"))).toThrow("expected Firehose's list of records");
  });

  it("answers with the request's id and the time", () => {
    const result = { accepted: 0, duplicates: 0, rejected: 1, errors: [] };
    const expected = { type: "application/json", body: '{"requestId":"r-1","timestamp":5}' };
    expect(firehose.answer?.(delivery([]), result, 5)).toEqual(expected);
    const broken = { ...delivery([], { "x-amz-firehose-request-id": "r-1" }), body: Buffer.from("{") };
    expect(firehose.answer?.(broken, result, 5)).toEqual(expected);
  });

  it("is recognised by its header, its envelope, and a line alone", () => {
    expect(claimant(delivery([encoded("x")]))).toBe(firehose);
    expect(claimant(delivery([], { "x-amz-firehose-request-id": "r-1" }))).toBe(firehose);
    expect(recogniser(line())).toBe(firehose);
    expect(recogniser({ requestId: "x", httpMethod: "GET" })).not.toBe(firehose);
  });
});
