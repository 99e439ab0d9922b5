CREATE TABLE "saved_view" (
  "id" TEXT NOT NULL,
  "owner_id" TEXT NOT NULL,
  "page" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "query" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "saved_view_owner_id_page_name_key" ON "saved_view" ("owner_id", "page", "name");
