import { expect, it } from "vitest";
import { ADAPTERS } from "./registry";
import { fillSetup } from "./setup";

const TEXT = "{{url}} {{origin}} {{host}} {{hostname}} {{port}} {{tls}} {{token}} {{.Name}}";

it("fills in where Keygauge is and the token, and leaves the rest", () => {
  expect(fillSetup(TEXT, "kong", "http://localhost:3000", "kgi_1")).toBe(
    "http://localhost:3000/api/v1/ingest/kong http://localhost:3000 localhost:3000 localhost 3000 Off kgi_1 {{.Name}}",
  );
  expect(fillSetup(TEXT, "kong", "https://keys.example.com", "kgi_1")).toBe(
    "https://keys.example.com/api/v1/ingest/kong https://keys.example.com keys.example.com keys.example.com 443 On kgi_1 {{.Name}}",
  );
});

it("sends Keygauge's own events to their own address", () => {
  expect(fillSetup("{{url}}", "native", "http://localhost:3000", "kgi_1")).toBe(
    "http://localhost:3000/api/v1/events",
  );
});

it.each(ADAPTERS)("knows every placeholder of $format", ({ format, setup }) => {
  for (const { text } of setup)
    expect(fillSetup(text, format, "http://localhost:3000", "kgi_1")).not.toMatch(/\{\{\w+\}\}/);
});
