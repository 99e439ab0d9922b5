CREATE TABLE "annotation" (
  "id" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "ends_at" TIMESTAMPTZ(3),
  "text" TEXT NOT NULL,
  "key_id" BIGINT,
  "provider" TEXT,
  "pool" TEXT,
  "created_by" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "annotation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "annotation_at_id_idx" ON "annotation" ("at" DESC, "id" DESC);
