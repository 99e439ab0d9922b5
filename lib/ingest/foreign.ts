import { createHash } from "node:crypto";
import { AppError } from "@/lib/errors";
import type { IngestSource } from "@/lib/features/tokens/lookup";
import type { Adapter, AdapterAnswer, Delivery, ForeignFormat, NativeEvent } from "./adapters/adapter";
import { firstText } from "./adapters/read";
import { ADAPTERS, adapterOf, claimant, recogniser } from "./adapters/registry";
import { shippedRecord } from "./adapters/shipped";
import { contentId, Occurrences } from "./content-id";
import type { IngestResult } from "./event";
import { FieldError, type Fields, faultOf, isObject } from "./fields";
import { looseRecords, type RawRecord } from "./records";

/** The name of a source's own key, to which calls belong that name neither key nor consumer. */
const UNATTRIBUTED = "(unattributed)";

/** What a delivery holds, as native records, and how its sender wants to be answered. */
interface Opened {
  records: RawRecord[];
  answer(result: IngestResult, now: number): AdapterAnswer;
}

/**
 * Opens a delivery of another gateway. Throws `forbidden` when the source has a signing secret and the signature is not
 * right, `too_large` when it holds too many records. `occurrences` tells alike records apart; a delivery that is part of
 * something longer shares one with the other parts.
 */
export function openForeign(
  format: ForeignFormat | "auto",
  delivery: Delivery,
  source: Pick<IngestSource, "id" | "keyFrom" | "signingSecret">,
  occurrences = new Occurrences(),
): Opened {
  requireSignature(format, delivery, source.signingSecret);
  const adapter = format === "auto" ? claimant(delivery) : adapterOf(format);
  const plain = adapter?.records === undefined;
  const records = plain ? looseRecords(delivery.body) : envelope(adapter, delivery);
  // Records without an envelope are known one by one; the first one tells what the sender wants to hear.
  const sender = adapter ?? senderOf(records);
  return {
    records: nativeFrom(adapter ?? "auto", records, source, occurrences),
    answer: (result, now) =>
      sender?.answer?.(delivery, result, now) ?? { type: "application/json", body: JSON.stringify(result) },
  };
}

/** A source with a signing secret takes nothing unsigned: who knows only its token must not get past the signature. */
function requireSignature(format: ForeignFormat | "auto", delivery: Delivery, secret: string | null): void {
  if (secret === null) return;
  const asked = format === "auto" ? ADAPTERS : [adapterOf(format)];
  if (!asked.some((adapter) => adapter?.verify?.(delivery, secret) === true)) {
    throw new AppError("forbidden", "This source takes deliveries signed with its signing secret only.");
  }
}

function envelope(adapter: Adapter, delivery: Delivery): RawRecord[] {
  try {
    return adapter.records?.(delivery) ?? [];
  } catch (error) {
    const { field, message } = faultOf(error);
    return [{ index: 0, fault: message, field }];
  }
}

function senderOf(records: readonly RawRecord[]): Adapter | null {
  const [first] = records;
  return first !== undefined && "value" in first && isObject(first.value)
    ? known(first.value, "auto").adapter
    : null;
}

/** A record and the adapter for it, which is the given one or any that recognises it; opened when a log shipper wrapped it. */
function known(record: Fields, given: Adapter | "auto"): { adapter: Adapter | null; call: Fields } {
  const find = (one: Fields) => (given === "auto" ? recogniser(one) : given.recognises(one) ? given : null);
  const adapter = find(record);
  if (adapter !== null) return { adapter, call: record };
  const inner = shippedRecord(record);
  if (given !== "auto") return { adapter: given, call: inner ?? record };
  return inner === null ? { adapter, call: record } : { adapter: recogniser(inner), call: inner };
}

/**
 * Other gateways' records as native ones: each call that a record reports, with its key found and an id. The index of a
 * call is that of its record. A record that cannot be read becomes a fault and spoils no other.
 */
function nativeFrom(
  adapter: Adapter | "auto",
  records: readonly RawRecord[],
  source: Pick<IngestSource, "id" | "keyFrom">,
  occurrences: Occurrences,
): RawRecord[] {
  return records.flatMap((record) => {
    if ("fault" in record) return record;
    const { index, value } = record;
    try {
      if (!isObject(value)) throw new FieldError("", "expected an object");
      const { adapter: one, call } = known(value, adapter);
      if (one === null) {
        if (typeof call.key === "string") return { index, value: call };
        throw new FieldError("", "is in no format that Keygauge knows");
      }
      const events = one.events(call);
      const named = events.every((event) => event.id !== undefined) ? null : contentId(value, occurrences);
      return events.map((event, i) => {
        const key = i === 0 ? keyAt(call, source.keyFrom) : undefined;
        const id = event.id === undefined ? (i === 0 ? named : `${named}/${i}`) : shortened(event.id);
        const native = { ...attributed(event, key, source.id), id };
        return { index, value: native, given: value, once: one.once === true };
      });
    } catch (error) {
      const { field, message } = faultOf(error);
      return { index, fault: message, field, given: value };
    }
  });
}

/** A key as the operator says where it stands; an Authorization header's scheme is not part of it. */
function keyAt(record: unknown, paths: readonly string[]): string | undefined {
  return firstText(record, ...paths)?.replace(/^(Bearer|Basic|Token|ApiKey)\s+/i, "");
}

function attributed(event: NativeEvent, found: string | undefined, sourceId: number): NativeEvent {
  const key = found ?? event.key;
  if (key !== undefined) return { ...event, key };
  // The prefix tells a consumer's name from a key, which would be masked wherever it stands.
  if (event.consumer !== undefined) {
    return { ...event, key: `consumer:${event.consumer}`, key_name: event.key_name ?? event.consumer };
  }
  return { ...event, key: `${UNATTRIBUTED} ${sourceId}`, key_name: UNATTRIBUTED };
}

/** Ids have 200 characters at most; a longer one is told apart by its hash. */
const shortened = (id: string): string =>
  id.length <= 200 ? id : `sha256:${createHash("sha256").update(id).digest("base64url")}`;
