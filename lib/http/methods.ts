import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";
import { problem } from "./problem";

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
/** By path ("/api/v1/rules/{id}"), what it can be asked by, in lower case. */
type Paths = Readonly<Record<string, { operations: object }>>;

/**
 * Answers a method that a path of the API does not have with a problem that names those it has; the rest goes to `pages`,
 * whose own answer would be empty. The paths are loaded with the first request that needs them.
 */
export function withMethods(pages: Handler, load: () => Promise<Paths>): Handler {
  let known: Promise<Pattern[]> | undefined;
  return async (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    if (!path.startsWith("/api/v1/")) return pages(request, response);
    known ??= load().then(patternsOf);
    const found = (await known).find(({ form }) => form.test(path));
    if (found === undefined || found.methods.includes(request.method ?? "")) return pages(request, response);
    const allowed = found.methods.join(", ");
    const answer = problem(
      new AppError("method_not_allowed", `${path.slice(0, 200)} takes ${allowed} only.`),
    );
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), Allow: allowed });
    response.end(await answer.text());
  };
}

type Pattern = { form: RegExp; methods: string[] };

/** Those without parameters first, as a path that is named wins over one that is matched. */
function patternsOf(paths: Paths): Pattern[] {
  const parameters = (path: string) => path.split("{").length;
  return Object.entries(paths)
    .sort(([a], [b]) => parameters(a) - parameters(b))
    .map(([path, { operations }]) => {
      const own = Object.keys(operations).map((method) => method.toUpperCase());
      const form = path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+");
      return {
        form: new RegExp(`^${form}$`),
        methods: [...own, ...(own.includes("GET") ? ["HEAD"] : []), "OPTIONS"],
      };
    });
}
