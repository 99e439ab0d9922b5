import { expect, it } from "vitest";
import { type Reply, readReply } from "./reply";

const acknowledge = (reference: string | null): Reply => ({ kind: "acknowledge", reference });

it.each<[string, Reply | null]>([
  ["1", acknowledge(null)],
  [" ack\n", acknowledge(null)],
  ["Ack.", acknowledge(null)],
  ["acknowledged", acknowledge(null)],
  ["ACK #8k2mqza", acknowledge("8K2MQZA")],
  ["1  8K2MQZA", acknowledge("8K2MQZA")],
  ["#8K2MQZA", acknowledge("8K2MQZA")],
  ["stop", { kind: "stop" }],
  ["UNSUBSCRIBE", { kind: "stop" }],
  ["Start", { kind: "start" }],
  ["help", { kind: "help" }],
  ["", null],
  ["11", null],
  ["acked it yesterday", null],
  ["please stop", null],
  ["8K2MQZA", null],
])("%j", (body, expected) => {
  expect(readReply(body)).toEqual(expected);
});
