-- Few deliveries are told by another or stand in for one, and thousands are written at once: only those are indexed.
DROP INDEX "delivery_told_by_idx";
CREATE INDEX "delivery_told_by_idx" ON "delivery" ("told_by") WHERE "told_by" IS NOT NULL;
DROP INDEX "delivery_origin_id_idx";
CREATE INDEX "delivery_origin_id_idx" ON "delivery" ("origin_id") WHERE "origin_id" IS NOT NULL;
