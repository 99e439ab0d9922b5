-- Text, since only whoever shows an event reads it. New events keep it packed, as lib/domain/signals/packed.ts says.
ALTER TABLE "usage_event" ALTER COLUMN "ratelimit" TYPE TEXT USING "ratelimit"::text;
