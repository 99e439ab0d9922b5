-- A moment is an instant in epoch ms and 22 bits that tell the events of one key and millisecond apart. A key of two such
-- numbers takes half of what three took in the index: entries of 16 bytes are smaller, and Postgres fills their pages.
CREATE FUNCTION "moment_at"("at" timestamptz) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
  (extract(epoch FROM "at" AT TIME ZONE 'UTC') * 1000)::int8 << 22;
CREATE FUNCTION "event_at"("moment" int8) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
  to_timestamp(("moment" >> 22)::float8 / 1000);

ALTER TABLE "usage_event" RENAME TO "usage_event_wide";
ALTER INDEX "usage_event_pkey" RENAME TO "usage_event_wide_pkey";
ALTER INDEX "usage_event_occurred_at_idx" RENAME TO "usage_event_wide_occurred_at_idx";

CREATE TABLE "usage_event" (
    "key_id" BIGINT NOT NULL,
    "moment" BIGINT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "cost_micros" BIGINT,
    "source_id" INTEGER NOT NULL,
    "consumer_id" INTEGER NOT NULL,
    "model_id" INTEGER,
    "route_id" INTEGER,
    "latency_ms" REAL,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "status" SMALLINT,
    "outcome" SMALLINT NOT NULL,
    "client_ip" INET,
    "tags" TEXT,
    "detail" BYTEA,

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("key_id","moment")
) PARTITION BY RANGE ("moment");
CREATE INDEX "usage_event_moment_idx" ON "usage_event" USING brin ("moment") WITH (pages_per_range = 32, autosummarize = on);

-- Day by day. Slots are given in ascending order, each the first free one from the event's own on. The script is cut at its
-- semicolons wherever they stand, so within the block they are written as escapes.
DO E'
DECLARE
  part record\x3b
  day timestamptz\x3b
BEGIN
  FOR part IN SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = ''"usage_event_wide"''::regclass ORDER BY 1
  LOOP
    day := to_timestamp(right(part.name, 8), ''YYYYMMDD'')::timestamp AT TIME ZONE ''UTC''\x3b
    EXECUTE format(''ALTER TABLE %I RENAME TO "usage_event_wide_day"'', part.name)\x3b
    EXECUTE format(''CREATE TABLE %I PARTITION OF "usage_event" FOR VALUES FROM (%s) TO (%s) WITH (fillfactor = 100)'',
      part.name, moment_at(day), moment_at(day + interval ''1 day''))\x3b
    INSERT INTO "usage_event"
    SELECT key_id, at + place + max(slot - place) OVER (PARTITION BY key_id, at ORDER BY place), event_id, cost_micros, source_id,
           consumer_id, model_id, route_id, latency_ms, input_tokens, output_tokens, status, outcome, client_ip, tags::text,
           convert_to(jsonb_strip_nulls(jsonb_build_object(''operationId'', operation_id, ''methodId'', method_id,
             ''regionId'', region_id, ''agentId'', agent_id, ''errorTypeId'', error_type_id, ''reasonId'', reason_id,
             ''ttftMs'', ttft_ms, ''retryAfterS'', retry_after_s, ''cachedTokens'', cached_tokens, ''requestBytes'', request_bytes,
             ''responseBytes'', response_bytes, ''attempt'', attempt, ''stream'', stream, ''cacheHit'', cache_hit,
             ''ratelimit'', ratelimit))::text, ''UTF8'')
      FROM (SELECT *, row_number() OVER (PARTITION BY key_id, at ORDER BY slot, event_id) AS place
              FROM (SELECT *, moment_at(occurred_at) AS at,
                           (event_id & 4194303) - CASE WHEN event_id & 4194303 >= 4194048 THEN 256 ELSE 0 END AS slot
                      FROM "usage_event_wide_day") s) p
     ORDER BY 1, 2\x3b
    DROP TABLE "usage_event_wide_day"\x3b
  END LOOP\x3b
END';
DROP TABLE "usage_event_wide";

-- What only the event itself tells is no longer added up over key-hours.
ALTER TABLE "usage_breakdown" DROP COLUMN "cached_tokens", DROP COLUMN "request_bytes", DROP COLUMN "response_bytes";
