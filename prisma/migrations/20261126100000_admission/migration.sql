-- A message is let through once, or held: followers of a rule, quiet hours, limits.
ALTER TABLE "delivery"
  ADD COLUMN "admitted_at" TIMESTAMPTZ(3),
  ADD COLUMN "hold" TEXT,
  ADD COLUMN "held_until" TIMESTAMPTZ(3),
  ADD COLUMN "told_by" TEXT,
  ADD COLUMN "origin" TEXT,
  ADD COLUMN "origin_id" TEXT;
UPDATE "delivery" SET "admitted_at" = "created_at";
CREATE INDEX "delivery_waiting_idx" ON "delivery" ("held_until", "seq") WHERE "state" = 'queued' AND "admitted_at" IS NULL;
CREATE INDEX "delivery_told_by_idx" ON "delivery" ("told_by");
CREATE INDEX "delivery_origin_id_idx" ON "delivery" ("origin_id");

ALTER TABLE "channel"
  ADD COLUMN "quiet_hours" JSONB,
  ADD COLUMN "fallback_id" TEXT,
  ADD COLUMN "failing_told_at" TIMESTAMPTZ(3);

-- The latest message of a rule that a channel got, which its followers wait behind.
CREATE TABLE "delivery_window" (
  "channel_id" TEXT NOT NULL,
  "rule_id" TEXT NOT NULL,
  "opener" TEXT NOT NULL,
  "opened_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "delivery_window_pkey" PRIMARY KEY ("channel_id", "rule_id"),
  CONSTRAINT "delivery_window_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Token buckets of numbers, channels and accounts.
CREATE TABLE "send_bucket" (
  "name" TEXT NOT NULL,
  "tokens" DOUBLE PRECISION NOT NULL,
  "filled_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "send_bucket_pkey" PRIMARY KEY ("name")
);
