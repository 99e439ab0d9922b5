-- Read by whoever shows an event and by nothing else, so text does; new events keep it packed (lib/domain/signals/packed.ts).
ALTER TABLE "usage_event" ALTER COLUMN "ratelimit" TYPE TEXT USING "ratelimit"::text;
