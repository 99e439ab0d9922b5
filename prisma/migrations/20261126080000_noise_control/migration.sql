ALTER TABLE "incident"
  ADD COLUMN "snoozed_until" TIMESTAMPTZ(3),
  ADD COLUMN "attention" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "attention_at" TIMESTAMPTZ(3);

-- What is due is few among all incidents there ever were.
CREATE INDEX "incident_attention_at_idx" ON "incident" ("attention_at") WHERE "attention_at" IS NOT NULL;

ALTER TABLE "transition" ADD COLUMN "quiet" TEXT;

ALTER TABLE "delivery" ADD COLUMN "muted_by" TEXT;

CREATE TABLE "incident_alias" (
    "id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,

    CONSTRAINT "incident_alias_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "incident_alias_incident_id_idx" ON "incident_alias"("incident_id");

ALTER TABLE "incident_alias" ADD CONSTRAINT "incident_alias_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;
