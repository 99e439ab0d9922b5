-- Bytes are read of events alone. What is nearly always 0 is NULL then, which takes no room.
ALTER TABLE "usage_10s" DROP COLUMN "request_bytes", DROP COLUMN "response_bytes";
ALTER TABLE "usage_minute" DROP COLUMN "request_bytes", DROP COLUMN "response_bytes";
ALTER TABLE "usage_hour" DROP COLUMN "request_bytes", DROP COLUMN "response_bytes";
ALTER TABLE "usage_10s" ALTER COLUMN "cached_tokens" DROP NOT NULL,
  ALTER COLUMN "rate_limited" DROP NOT NULL,
  ALTER COLUMN "quota_exhausted" DROP NOT NULL,
  ALTER COLUMN "overloaded" DROP NOT NULL,
  ALTER COLUMN "unauthorized" DROP NOT NULL,
  ALTER COLUMN "client_error" DROP NOT NULL,
  ALTER COLUMN "server_error" DROP NOT NULL,
  ALTER COLUMN "timeout" DROP NOT NULL;
ALTER TABLE "usage_minute" ALTER COLUMN "cached_tokens" DROP NOT NULL,
  ALTER COLUMN "rate_limited" DROP NOT NULL,
  ALTER COLUMN "quota_exhausted" DROP NOT NULL,
  ALTER COLUMN "overloaded" DROP NOT NULL,
  ALTER COLUMN "unauthorized" DROP NOT NULL,
  ALTER COLUMN "client_error" DROP NOT NULL,
  ALTER COLUMN "server_error" DROP NOT NULL,
  ALTER COLUMN "timeout" DROP NOT NULL;
ALTER TABLE "usage_hour" ALTER COLUMN "cached_tokens" DROP NOT NULL,
  ALTER COLUMN "rate_limited" DROP NOT NULL,
  ALTER COLUMN "quota_exhausted" DROP NOT NULL,
  ALTER COLUMN "overloaded" DROP NOT NULL,
  ALTER COLUMN "unauthorized" DROP NOT NULL,
  ALTER COLUMN "client_error" DROP NOT NULL,
  ALTER COLUMN "server_error" DROP NOT NULL,
  ALTER COLUMN "timeout" DROP NOT NULL;
ALTER TABLE "usage_breakdown" ALTER COLUMN "rate_limited" DROP NOT NULL,
  ALTER COLUMN "quota_exhausted" DROP NOT NULL,
  ALTER COLUMN "overloaded" DROP NOT NULL,
  ALTER COLUMN "unauthorized" DROP NOT NULL,
  ALTER COLUMN "client_error" DROP NOT NULL,
  ALTER COLUMN "server_error" DROP NOT NULL,
  ALTER COLUMN "timeout" DROP NOT NULL;
