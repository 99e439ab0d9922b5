import type { SourceFormat } from "@/lib/features/sources/schemas";
import type { Adapter } from "@/lib/ingest/adapters/adapter";
import { ADAPTERS } from "@/lib/ingest/adapters/registry";
import type { Guide } from "./guide";

// Read on the server and handed on as props: the adapters themselves are no business of the browser's.

/** Every kind of source that can be added: gateways by title, then what serves everything else. */
export function guides(): { gateways: Guide[]; others: Guide[] } {
  const known = ADAPTERS.map(guideOf).sort((a, b) => a.title.localeCompare(b.title));
  return {
    gateways: known.filter(({ format }) => format !== "otlp"),
    others: [NATIVE, ...known.filter(({ format }) => format === "otlp"), AUTO],
  };
}

/** The guide of a format; null for a word that is none. */
export function guideFor(format: string | undefined): Guide | null {
  const { gateways, others } = guides();
  return [...gateways, ...others].find((guide) => guide.format === format) ?? null;
}

/** The guide of a source: its format's, else the one that takes anything. */
export const guideOfSource = (format: string): Guide => guideFor(format) ?? AUTO;

const guideOf = (adapter: Adapter): Guide => ({
  format: adapter.format,
  title: adapter.title,
  about: adapter.about,
  steps: adapter.setup.map(({ title, text }) => ({ title, text })),
  anyStep: false,
  keyPaths: adapter.keyPaths ?? [],
  signs: adapter.verify !== undefined,
});

const HEADERS = `  -H 'Authorization: Bearer {{token}}' \\
  -H 'Content-Type: application/json' \\`;

const NATIVE: Guide = {
  format: "native" satisfies SourceFormat,
  title: "Your own code",
  about: "One POST for each call, from a program or a script",
  steps: [
    {
      title: "curl",
      text: `curl -X POST {{url}} \\
${HEADERS}
  -d '{"key":"sk-example-0000000000000000","key_name":"example",
       "provider":"openai","status":200,"latency_ms":412}'`,
    },
    {
      title: "Node.js",
      text: `await fetch("{{url}}", {
  method: "POST",
  headers: {
    Authorization: "Bearer {{token}}",
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    key: process.env.OPENAI_API_KEY, // kept as a fingerprint
    provider: "openai",
    model: "gpt-5",
    status: 200,
    latency_ms: 412,
    input_tokens: 900,
    output_tokens: 120,
  }),
});`,
    },
    {
      title: "Python",
      text: `import json, os, urllib.request

event = {
    "key": os.environ["OPENAI_API_KEY"],  # kept as a fingerprint
    "provider": "openai",
    "model": "gpt-5",
    "status": 200,
    "latency_ms": 412,
    "input_tokens": 900,
    "output_tokens": 120,
}
urllib.request.urlopen(urllib.request.Request(
    "{{url}}",
    data=json.dumps(event).encode(),
    headers={
        "Authorization": "Bearer {{token}}",
        "Content-Type": "application/json",
    },
))`,
    },
  ],
  anyStep: true,
  keyPaths: null,
  signs: false,
};

const AUTO: Guide = {
  format: "auto" satisfies SourceFormat,
  title: "Something else",
  about: "Its records are recognised by their shape, one by one",
  steps: [
    {
      title: "Where a header can be set, post JSON or one record a line to this address",
      text: `URL:    {{url}}
Method: POST
Header: Authorization: Bearer {{token}}`,
    },
    { title: "Where it cannot, the token is the end of the address", text: "{{url}}/{{token}}" },
  ],
  anyStep: true,
  keyPaths: [
    { path: "request.headers.x-api-key", what: "A header that the record holds" },
    { path: "consumer.id", what: "A name that stands for the key" },
  ],
  signs: false,
};
