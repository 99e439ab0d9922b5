-- A notification is about as long as what Postgres begins to compress. When thousands of keys fire at once, that took more from
-- ingest than all else about their messages.
ALTER TABLE "delivery" SET (toast_tuple_target = 8160);
