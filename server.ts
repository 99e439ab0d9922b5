import { setFlagsFromString } from "node:v8";
import next from "next";
import { GET as readKeys } from "@/app/api/v1/keys/route";
import { GET as readOverview } from "@/app/api/v1/overview/route";
import { GET as openStream } from "@/app/api/v1/stream/route";
import { GET as readUsage } from "@/app/api/v1/usage/route";
import { env } from "@/lib/env";
import { followSettings, loadSettings } from "@/lib/features/installation/stored";
import { bootstrapAccess } from "@/lib/features/users/bootstrap";
import { firstRunLink } from "@/lib/features/users/first-admin";
import { checkAuthSecret } from "@/lib/features/users/secret-check";
import { frontOf } from "@/lib/http/front";
import { withMethods } from "@/lib/http/methods";
import { createIngest } from "@/lib/ingest/ingest";
import { setLogLevel } from "@/lib/log";
import { collectProcessMetrics } from "@/lib/metrics";
import { runToEnd } from "@/lib/server/lifecycle";
import { projectRoot } from "@/lib/server/root";
import { serve } from "@/lib/server/serve";
import { withStaticFiles } from "@/lib/server/static-files";
import { startWorker } from "@/lib/worker/worker";

// Under load nearly all that outlives a commit is garbage a moment later. By default V8 lets a small heap grow fourfold
// before it looks; docs/benchmarks.md has what this costs and saves.
setFlagsFromString("--heap-growing-percent=120");

await runToEnd(() => {
  const settings = env();
  const dev = process.argv.includes("--dev");
  setLogLevel(settings.logLevel);
  collectProcessMetrics();
  return serve({
    env: settings,
    dev,
    print: (line) => process.stdout.write(`${line}\n`),
    parts: {
      createIngest,
      async prepare(runtime) {
        await checkAuthSecret();
        await loadSettings(runtime);
        followSettings(runtime);
        await bootstrapAccess(runtime.env);
      },
      read: frontOf({
        "/api/v1/usage": readUsage,
        "/api/v1/overview": readOverview,
        "/api/v1/keys": readKeys,
        "/api/v1/stream": openStream,
      }),
      async createPages(runtime) {
        const { port, host: hostname } = runtime.env;
        const app = next({ dev, dir: projectRoot(), customServer: true, port, hostname });
        await app.prepare();
        const pages = app.getRequestHandler();
        const api = withMethods(
          pages,
          async () => (await import("@/lib/features/openapi/paths/paths")).paths,
        );
        return dev ? api : withStaticFiles(api, projectRoot());
      },
      startWorker,
      firstRunLink,
    },
  });
});
