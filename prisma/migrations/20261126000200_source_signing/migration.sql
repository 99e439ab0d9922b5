ALTER TABLE "source" ADD COLUMN "signing_secret" TEXT;
