import { type Fields, isObject } from "../fields";
import { requireCall, tagsFrom } from "./accesslog";
import type { Adapter, NativeEvent } from "./adapter";
import {
  address,
  errorBody,
  firstInstant,
  firstOf,
  firstText,
  headers,
  httpStatus,
  instant,
  int,
  num,
  routeOf,
  text,
} from "./read";

/** Tyk's pump for Splunk: `{time, event}`, several behind each other without a separator, and no content type. */
export const tyk: Adapter = {
  format: "tyk",
  title: "Tyk",
  about: "API gateway; its Splunk pump posts the analytics",
  setup: [
    {
      title: "Add the Splunk pump to pump.conf; it appends its own path to the address",
      language: "json",
      text: `{
  "pumps": {
    "keygauge": {
      "type": "splunk",
      "meta": {
        "collector_token": "{{token}}",
        "collector_url": "{{origin}}",
        "ssl_insecure_skip_verify": true,
        "enable_batch": true,
        "max_retries": 5,
        "fields": [
          "method", "path", "response_code", "api_key", "alias", "time_stamp", "api_name", "api_id",
          "oauth_id", "request_time", "latency", "network", "ip_address", "user_agent"
        ]
      }
    }
  }
}`,
    },
  ],
  recognises: (record) => {
    const call = recordOf(record);
    return (
      "response_code" in call && ["api_id", "api_key", "api_name", "org_id"].some((field) => field in call)
    );
  },
  events: (record) => [requireCall(callOf(recordOf(record), record.time))],
  answer: () => ({ type: "application/json", body: '{"text":"Success","code":0}' }),
};

/** The analytics record: in Splunk's envelope, in the line of the pump for stdout, or as it is. */
function recordOf(record: Fields): Fields {
  const inner = record.event ?? record["tyk-analytics-record"];
  return isObject(inner) ? inner : record;
}

function callOf(call: Fields, sent: unknown): NativeEvent {
  const alias = text(call.alias);
  return {
    time: firstInstant(call, "time_stamp", "timestamp") ?? instant(sent),
    key: text(call.api_key),
    key_name: alias,
    consumer: alias ?? text(call.oauth_id),
    method: text(call.method),
    route: firstOf(call, routeOf, "path", "raw_path"),
    status: httpStatus(call.response_code),
    latency_ms: firstOf(call, num, "request_time", "latency.total", "latency.Total"),
    request_bytes: firstOf(call, int, "network.bytes_in", "network.BytesIn", "content_length"),
    response_bytes: firstOf(call, int, "network.bytes_out", "network.BytesOut"),
    client_ip: address(call.ip_address),
    user_agent: text(call.user_agent),
    ...answerOf(call.raw_response),
    tags: tagsFrom({
      service: firstText(call, "api_name", "api_id"),
      organisation: text(call.org_id),
    }),
  };
}

const MAX_ANSWER = 64 * 1024;

/** With detailed recording the whole answer is there, as HTTP in base64: of it the headers, and an error's body. */
function answerOf(recorded: unknown): NativeEvent {
  const encoded = text(recorded);
  if (encoded === undefined || encoded.length > MAX_ANSWER) return {};
  const [head = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const [, status] = /^HTTP\/[\d.]+ (\d{3})/.exec(first) ?? [];
  if (status === undefined) return {};
  const fields = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
  return {
    response_headers: headers(Object.fromEntries(fields)),
    error: Number(status) < 400 ? undefined : errorBody(rest.join("\r\n\r\n")),
  };
}
