import { expect, it } from "vitest";
import { readEnv } from "@/lib/env";
import { trustedOrigins } from "./origin";

it.each([
  [{}, ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]],
  [
    { PORT: "8080", APP_URL: "https://keys.example.com/", HOST: "0.0.0.0" },
    ["https://keys.example.com", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"],
  ],
  [
    { HOST: "192.168.1.5", PORT: "80" },
    ["http://localhost", "http://127.0.0.1", "http://[::1]", "http://192.168.1.5"],
  ],
])("%j trusts %j", (variables, expected) => {
  expect(trustedOrigins(readEnv(variables))).toEqual(expected);
});
