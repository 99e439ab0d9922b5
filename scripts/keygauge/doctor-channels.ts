import type pg from "pg";
import { ForbiddenHost, permittedAddresses } from "@/lib/channels/http/guard";
import { channelOf } from "@/lib/channels/registry";
import type { Keyring } from "@/lib/crypto";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import { openConfig, type StoredConfig } from "@/lib/features/channels/config";
import { messageOf } from "@/lib/server/start-error";
import type { Check } from "./doctor";

const ANSWER_WITHIN_MS = 5_000;

interface ChannelRow extends StoredConfig {
  name: string;
  kind: string;
  last_error: string | null;
  failing: boolean;
}

/** Whether each channel in use can be read, and its host found and allowed. Sends nothing and connects to none. */
export async function checkChannels(
  client: pg.ClientBase,
  ring: Keyring,
  allowHosts: readonly string[],
): Promise<Check[]> {
  const { rows } = await client.query<ChannelRow>(
    `SELECT name, kind, config, secrets, last_error, failing_since IS NOT NULL AS failing
       FROM channel WHERE enabled AND deleted_at IS NULL ORDER BY created_at, id`,
  );
  const faults = (await Promise.all(rows.map((row) => faultOf(row, ring, allowHosts)))).filter(
    (fault) => fault !== null,
  );
  if (faults.length > 0) return faults;
  const says =
    rows.length === 0
      ? "none in use"
      : `${rows.length} can be read, and their hosts be found; no message was sent, which a channel's page does`;
  return [{ name: "Channels", status: "ok", says }];
}

async function faultOf(row: ChannelRow, ring: Keyring, allowHosts: readonly string[]): Promise<Check | null> {
  const fault = (status: Check["status"], words: string): Check => ({
    name: "Channels",
    status,
    says: `${row.name} (${row.kind}): ${words}`,
  });
  if (!isChannelKind(row.kind)) return fault("wrong", "this version of Keygauge does not know the kind");
  const channel = channelOf(row.kind);
  let url: URL | null;
  try {
    const endpoint = channel.endpoint?.(openConfig(channel, row, ring));
    url = endpoint === undefined ? null : new URL(endpoint);
  } catch (error) {
    return fault("wrong", messageOf(error));
  }
  try {
    if (url !== null) await inTime(permittedAddresses(url, allowHosts));
  } catch (error) {
    if (error instanceof ForbiddenHost) return fault("wrong", error.message);
    return fault("wrong", `${url?.hostname} cannot be found: ${messageOf(error)}`);
  }
  return row.failing ? fault("warning", `fails: ${row.last_error ?? "its messages are not accepted"}`) : null;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`)),
      ANSWER_WITHIN_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
