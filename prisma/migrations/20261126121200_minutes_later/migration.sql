-- Rows with few latencies have a byte for each: the bin. What many of them add up to stays a number.
ALTER TABLE "usage_10s" ADD COLUMN "samples" BYTEA, ALTER COLUMN "latency" DROP NOT NULL;
ALTER TABLE "usage_minute" ADD COLUMN "samples" BYTEA, ALTER COLUMN "latency" DROP NOT NULL;
ALTER TABLE "usage_hour" ADD COLUMN "samples" BYTEA, ALTER COLUMN "latency" DROP NOT NULL;
CREATE FUNCTION "latency_of"("samples" bytea) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  (SELECT coalesce(sum(('1e' || 12 * get_byte("samples", i))::numeric), 0) FROM generate_series(0, length("samples") - 1) AS i);
CREATE FUNCTION "slowest_of"("samples" bytea) RETURNS int4 LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  (SELECT max(get_byte("samples", i)) FROM generate_series(0, length("samples") - 1) AS i);

-- Minutes that the finest tier keeps stand there alone. Of its days before, the minutes have all.
DELETE FROM "usage_10s" WHERE "bucket" < date_trunc('day', now() AT TIME ZONE 'UTC' - interval '2 days') AT TIME ZONE 'UTC';
DELETE FROM "usage_minute" WHERE "bucket" >= date_trunc('day', now() AT TIME ZONE 'UTC' - interval '2 days') AT TIME ZONE 'UTC';
