import { beforeEach, expect, vi } from "vitest";
import { listKeys } from "@/lib/features/keys/queries";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { type EventDto, listEvents } from "@/lib/features/usage/events";
import { log } from "@/lib/log";
import { ingestStage } from "./ingest";

export interface ForeignAnswer {
  status: number;
  type: string | null;
  length: string | null;
  text: string;
}

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** The ingest stage for other gateways' formats: posts bodies as they come, and looks at what became of them. */
export function foreignStage() {
  const stage = ingestStage();
  let logged: string[] = [];
  beforeEach(() => {
    logged = [];
    for (const level of LEVELS) {
      vi.spyOn(log, level).mockImplementation((...given: unknown[]) => {
        logged.push(given.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(" "));
      });
    }
  });

  return Object.assign(stage, {
    /** Posts to a format's endpoint, or to a path, with the source's token; objects as JSON. */
    async send(place: string, body: unknown, headers: Record<string, string> = {}): Promise<ForeignAnswer> {
      const raw = typeof body === "string" || body instanceof Uint8Array;
      const response = await fetch(
        `${stage.server.url}${place.startsWith("/") ? place : `/api/v1/ingest/${place}`}`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${stage.server.token}`, ...headers },
          body: raw ? (body as BodyInit) : JSON.stringify(body),
        },
      );
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        length: response.headers.get("content-length"),
        text: await response.text(),
      };
    },

    /** What is stored, newest first. */
    async events(): Promise<EventDto[]> {
      return (await listEvents({ limit: 100 })).data;
    },

    /** Every key by its name, else its hint. */
    async keys(): Promise<Record<string, KeyDto>> {
      const { data } = await listKeys({ limit: 100 });
      return Object.fromEntries(data.map((key) => [key.name ?? key.hint, key]));
    },

    /** That none of these texts stands in any text or JSON column of the database, or in the log. */
    async expectNowhere(...secrets: string[]): Promise<void> {
      const { pool } = stage.runtime.db;
      const { rows: columns } = await pool.query<{ table: string; column: string }>(
        `SELECT table_name AS table, column_name AS column FROM information_schema.columns
          WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY')`,
      );
      expect(columns.length).toBeGreaterThan(20);
      for (const secret of secrets) {
        for (const { table, column } of columns) {
          const { rows } = await pool.query(
            `SELECT 1 FROM "${table}" WHERE strpos("${column}"::text, $1) > 0 LIMIT 1`,
            [secret],
          );
          expect(rows, `${secret} in ${table}.${column}`).toEqual([]);
        }
        expect(logged.filter((line) => line.includes(secret))).toEqual([]);
      }
    },
  });
}
