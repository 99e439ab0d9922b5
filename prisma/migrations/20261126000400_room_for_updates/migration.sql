-- Rows of these are updated all the time: with room on their page an update touches no index.
ALTER TABLE "key_status" SET (fillfactor = 50);
ALTER TABLE "key_limit" SET (fillfactor = 50);
