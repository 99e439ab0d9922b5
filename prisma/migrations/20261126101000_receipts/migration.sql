-- SMS that the provider has accepted, by the day of the budget's zone.
CREATE TABLE "sms_usage" (
  "day" TEXT NOT NULL,
  "messages" INTEGER NOT NULL,
  CONSTRAINT "sms_usage_pkey" PRIMARY KEY ("day")
);

-- What the provider has said of a single message since it took it.
CREATE TABLE "delivery_receipt" (
  "message_id" TEXT NOT NULL,
  "delivery_id" TEXT NOT NULL,
  "recipient" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "error_code" INTEGER,
  "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "delivery_receipt_pkey" PRIMARY KEY ("message_id"),
  CONSTRAINT "delivery_receipt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "delivery_receipt_delivery_id_idx" ON "delivery_receipt" ("delivery_id");

-- Numbers that want no messages.
CREATE TABLE "phone_opt_out" (
  "number" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "phone_opt_out_pkey" PRIMARY KEY ("number")
);
