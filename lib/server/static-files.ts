import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const TYPES: Readonly<Record<string, string>> = {
  js: "application/javascript; charset=UTF-8",
  css: "text/css; charset=UTF-8",
};
/** Built names only: what else is asked for is the pages' own business. */
const NAME = /^\/_next\/static\/((?:chunks|css|media)\/[\w.~-]+\.(js|css))$/;

/**
 * Scripts and styles as the build has compressed them, a sixth smaller than compressing them anew for each visitor; the
 * rest, and whoever does not take Brotli, goes to `pages`. Their names change with their content, so they may be kept.
 */
export function withStaticFiles(pages: Handler, root: string): Handler {
  const files = new Map<string, Promise<Buffer | null>>();
  const read = (name: string) => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const found = readFile(join(root, ".next/static", `${name}.br`)).catch(() => null);
    files.set(name, found);
    // What is not there is not remembered: names from outside would fill the memory.
    void found.then((file) => file === null && files.delete(name));
    return found;
  };
  return async (request, response) => {
    const [, name, ending] = NAME.exec(request.url ?? "") ?? [];
    const takes = /\bbr\b/.test(String(request.headers["accept-encoding"] ?? ""));
    if (name === undefined || ending === undefined || !takes || request.method !== "GET")
      return pages(request, response);
    const file = await read(name);
    if (file === null) return pages(request, response);
    response.writeHead(200, {
      "Content-Type": TYPES[ending],
      "Content-Encoding": "br",
      "Content-Length": file.length,
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
      Vary: "Accept-Encoding",
    });
    response.end(file);
  };
}
