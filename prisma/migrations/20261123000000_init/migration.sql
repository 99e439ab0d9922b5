-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "role" TEXT,
    "source_id" INTEGER,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rule" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "definition" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "evaluated_to" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rule_instance" (
    "rule_id" TEXT NOT NULL,
    "scope_key" TEXT NOT NULL,
    "key_id" BIGINT,
    "status" TEXT NOT NULL DEFAULT 'ok',
    "severity" TEXT,
    "value" DOUBLE PRECISION,
    "state" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "observed_at" TIMESTAMPTZ(3),
    "next_evaluation_at" TIMESTAMPTZ(3),
    "incident_id" TEXT,

    CONSTRAINT "rule_instance_pkey" PRIMARY KEY ("rule_id","scope_key")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_name" TEXT NOT NULL,
    "rule" JSONB NOT NULL,
    "scope_key" TEXT NOT NULL,
    "key_id" BIGINT,
    "members" BIGINT[],
    "state" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "threshold" DOUBLE PRECISION,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transition" (
    "id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "scope_key" TEXT NOT NULL,
    "incident_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from_status" TEXT NOT NULL,
    "to_status" TEXT NOT NULL,
    "severity" TEXT,
    "previous_severity" TEXT,
    "value" DOUBLE PRECISION,
    "threshold" DOUBLE PRECISION,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident_event" (
    "id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT,
    "data" JSONB,

    CONSTRAINT "incident_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "secrets" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "last_sent_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "channel_id" TEXT NOT NULL,
    "incident_id" TEXT,
    "transition_id" TEXT,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "reason" TEXT,
    "notification" JSONB NOT NULL,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "maybe_sent" BOOLEAN NOT NULL DEFAULT false,
    "reached" JSONB NOT NULL DEFAULT '[]',
    "provider_id" TEXT,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_attempt" (
    "id" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "response" TEXT,
    "error" TEXT,
    "provider_id" TEXT,
    "rendered" JSONB,

    CONSTRAINT "delivery_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "silence" (
    "id" TEXT NOT NULL,
    "matcher" JSONB NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "comment" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "silence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "changes" JSONB,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL DEFAULT 'native',
    "key_from" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_event_at" TIMESTAMPTZ(3),
    "accepted" BIGINT NOT NULL DEFAULT 0,
    "duplicates" BIGINT NOT NULL DEFAULT 0,
    "rejected" BIGINT NOT NULL DEFAULT 0,
    "rejects" JSONB,

    CONSTRAINT "source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pool" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" BIGINT NOT NULL,
    "provider" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "name" TEXT,
    "name_by_hand" BOOLEAN NOT NULL DEFAULT false,
    "pool_id" TEXT,
    "pool_by_hand" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blocked_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "key_status" (
    "key_id" BIGINT NOT NULL,
    "latest_mark" BIGINT NOT NULL,
    "last_success_at" TIMESTAMPTZ(3),
    "rate_limited_mark" BIGINT NOT NULL DEFAULT 0,
    "quota_mark" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "key_status_pkey" PRIMARY KEY ("key_id")
);

-- CreateTable
CREATE TABLE "key_limit" (
    "id" TEXT NOT NULL,
    "key_id" BIGINT NOT NULL,
    "origin" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "amount" DOUBLE PRECISION NOT NULL,
    "window" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "remaining" DOUBLE PRECISION,
    "resets_at" TIMESTAMPTZ(3),
    "observed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dictionary" (
    "id" SERIAL NOT NULL,
    "kind" SMALLINT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "dictionary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_receipt" (
    "source_id" INTEGER NOT NULL,
    "event_id" BIGINT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_receipt_pkey" PRIMARY KEY ("source_id","event_id")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "key_id" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "event_id" BIGINT NOT NULL,
    "cost_micros" BIGINT,
    "request_bytes" BIGINT,
    "response_bytes" BIGINT,
    "source_id" INTEGER NOT NULL,
    "consumer_id" INTEGER NOT NULL,
    "model_id" INTEGER,
    "operation_id" INTEGER,
    "method_id" INTEGER,
    "route_id" INTEGER,
    "region_id" INTEGER,
    "agent_id" INTEGER,
    "error_type_id" INTEGER,
    "reason_id" INTEGER,
    "latency_ms" REAL,
    "ttft_ms" REAL,
    "retry_after_s" REAL,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "cached_tokens" INTEGER,
    "status" SMALLINT,
    "attempt" SMALLINT,
    "outcome" SMALLINT NOT NULL,
    "stream" BOOLEAN,
    "cache_hit" BOOLEAN,
    "client_ip" INET,
    "tags" JSONB,
    "ratelimit" JSONB,

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("key_id","occurred_at","event_id")
) PARTITION BY RANGE ("occurred_at");

-- CreateTable
CREATE TABLE "usage_10s" (
    "key_id" BIGINT NOT NULL,
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_tokens" BIGINT NOT NULL,
    "cost_micros" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "source_id" INTEGER NOT NULL,
    "consumer_id" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "rate_limited" INTEGER NOT NULL,
    "quota_exhausted" INTEGER NOT NULL,
    "overloaded" INTEGER NOT NULL,
    "unauthorized" INTEGER NOT NULL,
    "client_error" INTEGER NOT NULL,
    "server_error" INTEGER NOT NULL,
    "timeout" INTEGER NOT NULL,
    "latency" DECIMAL NOT NULL,

    CONSTRAINT "usage_10s_pkey" PRIMARY KEY ("key_id","bucket","source_id","consumer_id")
) PARTITION BY RANGE ("bucket");

-- CreateTable
CREATE TABLE "usage_minute" (
    "key_id" BIGINT NOT NULL,
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_tokens" BIGINT NOT NULL,
    "cost_micros" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "source_id" INTEGER NOT NULL,
    "consumer_id" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "rate_limited" INTEGER NOT NULL,
    "quota_exhausted" INTEGER NOT NULL,
    "overloaded" INTEGER NOT NULL,
    "unauthorized" INTEGER NOT NULL,
    "client_error" INTEGER NOT NULL,
    "server_error" INTEGER NOT NULL,
    "timeout" INTEGER NOT NULL,
    "latency" DECIMAL NOT NULL,

    CONSTRAINT "usage_minute_pkey" PRIMARY KEY ("key_id","bucket","source_id","consumer_id")
) PARTITION BY RANGE ("bucket");

-- CreateTable
CREATE TABLE "usage_hour" (
    "key_id" BIGINT NOT NULL,
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_tokens" BIGINT NOT NULL,
    "cost_micros" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "source_id" INTEGER NOT NULL,
    "consumer_id" INTEGER NOT NULL,
    "requests" INTEGER NOT NULL,
    "rate_limited" INTEGER NOT NULL,
    "quota_exhausted" INTEGER NOT NULL,
    "overloaded" INTEGER NOT NULL,
    "unauthorized" INTEGER NOT NULL,
    "client_error" INTEGER NOT NULL,
    "server_error" INTEGER NOT NULL,
    "timeout" INTEGER NOT NULL,
    "latency" DECIMAL NOT NULL,

    CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("key_id","bucket","source_id","consumer_id")
) PARTITION BY RANGE ("bucket");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- CreateIndex
CREATE UNIQUE INDEX "token_hash_key" ON "token"("hash");

-- CreateIndex
CREATE INDEX "token_source_id_idx" ON "token"("source_id");

-- CreateIndex
CREATE INDEX "rule_deleted_at_idx" ON "rule"("deleted_at");

-- CreateIndex
CREATE INDEX "rule_instance_next_evaluation_at_idx" ON "rule_instance"("next_evaluation_at");

-- CreateIndex
CREATE INDEX "incident_state_started_at_idx" ON "incident"("state", "started_at" DESC);

-- CreateIndex
CREATE INDEX "incident_rule_id_started_at_idx" ON "incident"("rule_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "incident_key_id_started_at_idx" ON "incident"("key_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "incident_started_at_id_idx" ON "incident"("started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "transition_rule_id_at_idx" ON "transition"("rule_id", "at" DESC);

-- CreateIndex
CREATE INDEX "transition_incident_id_at_idx" ON "transition"("incident_id", "at");

-- CreateIndex
CREATE INDEX "incident_event_incident_id_at_seq_idx" ON "incident_event"("incident_id", "at", "seq");

-- CreateIndex
CREATE INDEX "delivery_state_next_attempt_at_idx" ON "delivery"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "delivery_incident_id_seq_idx" ON "delivery"("incident_id", "seq");

-- CreateIndex
CREATE INDEX "delivery_channel_id_seq_idx" ON "delivery"("channel_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "delivery_created_at_id_idx" ON "delivery"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "delivery_transition_id_channel_id_kind_key" ON "delivery"("transition_id", "channel_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_attempt_delivery_id_number_key" ON "delivery_attempt"("delivery_id", "number");

-- CreateIndex
CREATE INDEX "silence_ends_at_idx" ON "silence"("ends_at");

-- CreateIndex
CREATE INDEX "audit_entry_at_id_idx" ON "audit_entry"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_entity_entity_id_at_idx" ON "audit_entry"("entity", "entity_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "source_name_key" ON "source"("name");

-- CreateIndex
CREATE UNIQUE INDEX "pool_provider_name_key" ON "pool"("provider", "name");

-- CreateIndex
CREATE INDEX "api_key_pool_id_idx" ON "api_key"("pool_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_provider_fingerprint_key" ON "api_key"("provider", "fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "key_limit_key_id_origin_metric_window_key" ON "key_limit"("key_id", "origin", "metric", "window");

-- CreateIndex
CREATE UNIQUE INDEX "dictionary_kind_value_key" ON "dictionary"("kind", "value");

-- CreateIndex
CREATE INDEX "event_receipt_received_at_idx" ON "event_receipt"("received_at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "token" ADD CONSTRAINT "token_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "source"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_instance" ADD CONSTRAINT "rule_instance_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transition" ADD CONSTRAINT "transition_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_event" ADD CONSTRAINT "incident_event_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery_attempt" ADD CONSTRAINT "delivery_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "pool"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What Prisma cannot say.

-- Ids 0 (none) and 1 (other: past the bound on distinct values) stand for every kind.
ALTER SEQUENCE "dictionary_id_seq" RESTART WITH 100;

-- A few bytes a page range: finds a time span without a key where a B-tree would cost 20 bytes a row.
CREATE INDEX "usage_event_occurred_at_idx" ON "usage_event" USING brin ("occurred_at") WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX "usage_10s_bucket_idx" ON "usage_10s" USING brin ("bucket") WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX "usage_minute_bucket_idx" ON "usage_minute" USING brin ("bucket") WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX "usage_hour_bucket_idx" ON "usage_hour" USING brin ("bucket") WITH (pages_per_range = 16, autosummarize = on);

-- The unit of a latency histogram: 10^(12*bin), bins of ratio 1.1, bin 0 up to 1 ms, 150 open-ended. Sums of these are histograms.
CREATE FUNCTION "latency_unit"(ms real) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  CASE WHEN ms IS NULL THEN 0::numeric
       ELSE ('1e' || 12 * LEAST(150, GREATEST(0, ceil(ln(GREATEST(ms, 1)::float8) / ln(1.1::float8) - 1e-9)::int)))::numeric END;
