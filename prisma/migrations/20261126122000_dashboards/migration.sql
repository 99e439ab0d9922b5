CREATE TABLE "dashboard" (
  "id" TEXT NOT NULL,
  "owner_id" TEXT NOT NULL,
  "owner_name" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "range" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "dashboard_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "dashboard_owner_id_idx" ON "dashboard" ("owner_id");

CREATE TABLE "dashboard_panel" (
  "id" TEXT NOT NULL,
  "dashboard_id" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "title" TEXT NOT NULL,
  "query" TEXT NOT NULL,
  "size" TEXT NOT NULL,
  CONSTRAINT "dashboard_panel_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "dashboard_panel_dashboard_id_fkey" FOREIGN KEY ("dashboard_id") REFERENCES "dashboard" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "dashboard_panel_dashboard_id_position_idx" ON "dashboard_panel" ("dashboard_id", "position");

CREATE TABLE "share_link" (
  "id" TEXT NOT NULL,
  "hash" BYTEA NOT NULL,
  "hint" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "range" TEXT NOT NULL,
  "panels" JSONB NOT NULL,
  "dashboard_id" TEXT,
  "maker_kind" TEXT NOT NULL,
  "maker_id" TEXT NOT NULL,
  "maker_name" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "last_used_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "share_link_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "share_link_hash_key" ON "share_link" ("hash");
CREATE INDEX "share_link_created_at_id_idx" ON "share_link" ("created_at", "id");
CREATE INDEX "share_link_dashboard_id_idx" ON "share_link" ("dashboard_id");
