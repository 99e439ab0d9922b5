ALTER TABLE "source" ADD COLUMN "sample" JSON;
