import { z } from "zod";
import type { Role } from "@/lib/domain/access/actor";

export const METHODS = ["get", "post", "put", "patch", "delete"] as const;
export type Method = (typeof METHODS)[number];

/** What one status answers. Without a schema there is no body. */
export interface Answer {
  description: string;
  schema?: z.ZodType;
  /** JSON unless it is another type. */
  type?: string;
  example?: unknown;
}

/** One method of one path: what is asked for, and what comes back. */
export interface Operation {
  /** The operationId. */
  id: string;
  summary: string;
  description?: string;
  /** The role it needs; `ingest` is a source's own token, `link` a share link's, `signed` a provider's signature, `public` needs none. */
  access: Role | "ingest" | "link" | "signed" | "public";
  /** Also `?limit` and `?cursor` where it extends pageSchema. */
  query?: z.ZodObject;
  /** The schema that the command itself parses, and a body that it takes. */
  body?: { schema: z.ZodType; example?: unknown; optional?: boolean };
  answers: Record<number, Answer>;
  /** Statuses of problems beside those that follow from the access, the body, the query and the path. */
  problems?: readonly number[];
}

export interface PathItem {
  tag: string;
  /** What the path's parameters are, by name. */
  parameters?: Record<string, string>;
  operations: Partial<Record<Method, Operation>>;
}
export type Paths = Record<string, PathItem>;

/** Answers that the document names and refers to. */
export const answerNames = z.registry<{ id: string }>();

export function named<T extends z.ZodType>(id: string, schema: T): T {
  answerNames.add(schema, { id });
  return schema;
}

/** The envelope of every list. */
export const pageOf = <T extends z.ZodType>(id: string, entry: T) =>
  named(id, z.strictObject({ data: z.array(entry), next_cursor: z.string().nullable() }));

/** RFC 3339 with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
export const epochMs = z.int().describe("Epoch milliseconds.");
export const fraction = z.number().min(0);

const NO_CONTENT: Answer = { description: "Done." };

/** Answers of operations that return nothing. */
export const done = { 204: NO_CONTENT };

/** One answer with a body. */
export const ok = (description: string, schema: z.ZodType, example?: unknown): Record<number, Answer> => ({
  200: { description, schema, ...(example === undefined ? {} : { example }) },
});

export const created = (description: string, schema: z.ZodType): Record<number, Answer> => ({
  201: { description, schema },
});
