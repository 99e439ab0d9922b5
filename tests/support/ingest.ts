import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hashToken, newId, newToken } from "@/lib/crypto";
import { createIngest, type Ingest } from "@/lib/ingest/ingest";
import type { Runtime } from "@/lib/runtime";

export interface IngestAnswer {
  status: number;
  headers: Headers;
  body: {
    accepted?: number;
    duplicates?: number;
    rejected?: number;
    errors?: { index: number; field: string; message: string }[];
    detail?: string;
  };
}

export interface IngestServer {
  url: string;
  token: string;
  sourceId: number;
  ingest: Ingest;
  /** Posts JSON unless a body and its headers are given. */
  post(
    body: unknown,
    options?: { headers?: Record<string, string>; token?: string | null; raw?: BodyInit },
  ): Promise<IngestAnswer>;
  close(): Promise<void>;
}

/** A source with a token, as commands make it, for tests that are not about sources. */
export async function createSourceRow(runtime: Runtime, id: number, name: string): Promise<string> {
  const token = newToken("kgi");
  await runtime.db.prisma.source.create({ data: { id, name, keyFrom: [] } });
  await runtime.db.prisma.token.create({
    data: {
      id: newId("tok"),
      kind: "ingest",
      name,
      hash: Uint8Array.from(hashToken(token)),
      hint: token.slice(-4),
      sourceId: id,
      createdBy: "test",
    },
  });
  return token;
}

/** The ingest endpoint on a loopback port, in front of nothing. */
export async function startIngest(runtime: Runtime, clock?: () => number): Promise<IngestServer> {
  const sourceId = 7001;
  const token = await createSourceRow(runtime, sourceId, "gateway");
  const ingest = createIngest(runtime, clock);
  const server = createServer((request, response) => {
    if (!ingest.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token,
    sourceId,
    ingest,
    async post(body, options = {}) {
      const headers = new Headers({ "content-type": "application/json", ...options.headers });
      const bearer = options.token === undefined ? token : options.token;
      if (bearer !== null) headers.set("authorization", `Bearer ${bearer}`);
      const response = await fetch(`${url}/api/v1/events`, {
        method: "POST",
        headers,
        body: options.raw ?? JSON.stringify(body),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as IngestAnswer["body"],
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await ingest.close();
    },
  };
}
