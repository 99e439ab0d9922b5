ALTER TABLE "user" ADD COLUMN "theme" TEXT, ADD COLUMN "time_zone" TEXT;
