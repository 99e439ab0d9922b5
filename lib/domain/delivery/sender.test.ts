import fc from "fast-check";
import { expect, test } from "vitest";
import { MAIL_SECURITY, type MailServer, serverOf, smtpUrl } from "./sender";

test.each<[MailServer, string]>([
  [
    {
      host: "mail.example.com",
      port: 587,
      security: "starttls",
      user: "ana@example.com",
      password: "p:/@ %",
    },
    "smtp://ana%40example.com:p%3A%2F%40%20%25@mail.example.com:587?requireTLS=true",
  ],
  [
    { host: "mail.example.com", port: 465, security: "tls", user: null, password: null },
    "smtps://mail.example.com:465",
  ],
  [{ host: "::1", port: 25, security: "opportunistic", user: null, password: null }, "smtp://[::1]:25"],
])("%j is %s", (server, url) => {
  expect(smtpUrl(server)).toBe(url);
});

test("what a URL says is what it was made of, whatever user and password hold", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(
      fc.record({
        host: fc.constantFrom("mail.example.com", "10.0.0.1", "::1"),
        port: fc.integer({ min: 1, max: 65_535 }),
        security: fc.constantFrom(...MAIL_SECURITY),
        user: text,
        password: text,
      }),
      (server) => {
        const url = smtpUrl(server);
        const { password, ...rest } = server;
        expect(serverOf(url)).toEqual({ ...rest, hasPassword: true });
        expect(decodeURIComponent(new URL(url).password)).toBe(password);
      },
    ),
  );
});

test("the usual ports stand where a URL names none", () => {
  expect(serverOf("smtps://mail.example.com")).toMatchObject({ port: 465, user: null, hasPassword: false });
  expect(serverOf("smtp://mail.example.com")).toMatchObject({ port: 587, security: "opportunistic" });
});
