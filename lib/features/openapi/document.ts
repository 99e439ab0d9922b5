import { z } from "zod";
import { PROBLEMS, problemAnswer } from "./answers/problem";
import { type Answer, answerNames, type Operation, type PathItem } from "./operation";
import { paths } from "./paths/paths";

type Json = Record<string, unknown>;

const REF = "#/components/schemas/";
const MANAGEMENT = [{ managementToken: [] }, { session: [] }];

let made: Json | undefined;

/** The OpenAPI 3.1 document, from the schemas that the commands themselves parse. */
export function openApiDocument(): Json {
  made ??= {
    openapi: "3.1.1",
    info: {
      title: "Keygauge",
      version: "1",
      summary: "Usage of API keys, their limits, and alerts before one runs dry.",
      description:
        "Times are RFC 3339 with milliseconds unless a field says epoch ms; requests take either. Lists answer `data` and `next_cursor`: hand the cursor back as `?cursor=` with the same filters. Errors are problem+json (RFC 9457).",
    },
    servers: [{ url: "/" }],
    tags: [...new Set(Object.values(paths).map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, pathItem(item)])),
    components: {
      schemas: answerSchemas(),
      securitySchemes: {
        managementToken: {
          type: "http",
          scheme: "bearer",
          description: "A management token (kgm_…), with the role it was made with.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "keygauge.session_token",
          description:
            "A console session (`__Secure-keygauge.session_token` over HTTPS). Writes need JSON and the same origin.",
        },
        linkToken: { type: "http", scheme: "bearer", description: "The token of a share link (kgl_…)." },
        ingestToken: { type: "http", scheme: "bearer", description: "A source's ingest token (kgi_…)." },
      },
    },
  };
  return made;
}

function pathItem({ tag, parameters = {}, operations }: PathItem): Json {
  const inPath = Object.entries(parameters).map(([name, description]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string" },
  }));
  return {
    ...(inPath.length === 0 ? {} : { parameters: inPath }),
    ...Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        describe(operation, tag, inPath.length > 0),
      ]),
    ),
  };
}

function describe(operation: Operation, tag: string, hasParameters: boolean): Json {
  const { id, summary, description, access, query, body, answers } = operation;
  const words = [
    description,
    access === "operator" || access === "admin" ? `Needs the role ${access}.` : undefined,
  ];
  const text = words.filter((part) => part !== undefined).join(" ");
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text === "" ? {} : { description: text }),
    security:
      access === "public" || access === "signed"
        ? []
        : access === "ingest"
          ? [{ ingestToken: [] }]
          : access === "link"
            ? [{ linkToken: [] }]
            : MANAGEMENT,
    ...(query === undefined ? {} : { parameters: queryParameters(query) }),
    ...(id === "sendEvents" ? { parameters: [IDEMPOTENCY_KEY] } : {}),
    ...(body === undefined ? {} : { requestBody: requestBody(operation, body) }),
    responses: {
      ...problemsOf(operation, hasParameters),
      ...Object.fromEntries(Object.entries(answers).map(([status, one]) => [status, response(one)])),
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description: "Event i without an id of its own takes the id `<key>/<i>`.",
  schema: { type: "string", maxLength: 200 },
};

function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = inputSchema(query);
  return Object.entries(properties as Record<string, Json>).map(([name, property]) => {
    const { description, ...schema } = property;
    return {
      name,
      in: "query",
      ...((required as string[]).includes(name) ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

function requestBody({ access }: Operation, body: NonNullable<Operation["body"]>): Json {
  if (access === "signed") {
    return {
      required: true,
      content: { "application/x-www-form-urlencoded": { schema: inputSchema(body.schema) } },
    };
  }
  const content: Json = {
    "application/json": {
      schema: inputSchema(body.schema),
      ...(body.example === undefined ? {} : { example: body.example }),
    },
  };
  if (access === "ingest") {
    const description = "One event a line.";
    content["application/x-ndjson"] = { schema: { type: "string", description } };
  }
  return { required: body.optional !== true, content };
}

function response({ description, schema, type = "application/json", example }: Answer): Json {
  if (schema === undefined) return { description };
  const content = { schema: refTo(schema), ...(example === undefined ? {} : { example }) };
  return { description, content: { [type]: content } };
}

function refTo(schema: z.ZodType): Json {
  const id = answerNames.get(schema)?.id;
  if (id === undefined) throw new Error("An answer has no name");
  return { $ref: REF + id };
}

function problemsOf(operation: Operation, hasParameters: boolean): Json {
  const { access, body, query, problems = [] } = operation;
  const statuses = [
    ...problems,
    ...(body === undefined ? [] : access === "signed" ? [400, 413] : [400, 413, 415, 422]),
    ...(query === undefined ? [] : [422]),
    ...(access === "public" || access === "signed" ? [] : [401, 503]),
    ...(access === "signed" ? [403, 404] : []),
    ...(access === "operator" || access === "admin" ? [403] : []),
    ...(hasParameters ? [404] : []),
  ];
  const content = { "application/problem+json": { schema: refTo(problemAnswer) } };
  return Object.fromEntries(statuses.map((status) => [status, { description: PROBLEMS[status], content }]));
}

/** What a client may send, before defaults and transforms. */
function inputSchema(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      // A field that must be absent, with the reason in its error.
      if (zodSchema._zod.def.type === "undefined") jsonSchema.not = {};
    },
  });
  return json;
}

/** The named answers. Fields may be added to them, so they are not closed to others. */
function answerSchemas(): Json {
  const { schemas } = z.toJSONSchema(answerNames, {
    io: "output",
    uri: (id) => REF + id,
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([id, { $schema: _schema, $id: _id, ...json }]) => [id, json]),
  );
}
