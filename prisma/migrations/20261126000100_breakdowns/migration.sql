-- CreateTable
CREATE TABLE "usage_breakdown" (
    "key_id" BIGINT NOT NULL,
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_tokens" BIGINT NOT NULL,
    "cost_micros" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "value_id" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "rate_limited" INTEGER NOT NULL,
    "quota_exhausted" INTEGER NOT NULL,
    "overloaded" INTEGER NOT NULL,
    "unauthorized" INTEGER NOT NULL,
    "client_error" INTEGER NOT NULL,
    "server_error" INTEGER NOT NULL,
    "timeout" INTEGER NOT NULL,
    "dimension" SMALLINT NOT NULL,
    "latency" DECIMAL NOT NULL,

    CONSTRAINT "usage_breakdown_pkey" PRIMARY KEY ("key_id","bucket","dimension","value_id")
) PARTITION BY RANGE ("bucket");

-- CreateTable
CREATE TABLE "usage_seal" (
    "key_id" BIGINT NOT NULL,
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "requests" BIGINT NOT NULL,
    "addresses" BIGINT[],

    CONSTRAINT "usage_seal_pkey" PRIMARY KEY ("key_id","bucket")
) PARTITION BY RANGE ("bucket");

-- What Prisma cannot say.

-- 53 uniform bits of an address, for sketches: the most that a double holds exactly.
CREATE FUNCTION "address_hash"(address inet) RETURNS int8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
  (hashinetextended(address, 0) >> 11) & 9007199254740991;
