import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  /** The given URL with the proxy's host and port. */
  url: string;
  /** Breaks every connection and refuses new ones, like a server that was stopped. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Nothing passes through the present connections any more, yet they stay open; later ones work. */
  freeze(): void;
  close(): Promise<void>;
}

/**
 * A TCP proxy on loopback in front of a Postgres, so that a test can take it away without stopping it. The target's host
 * may be the folder of a Unix socket, as `?host=` says it.
 */
export async function startProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: given, searchParams } = new URL(target);
  const port = given === "" ? 5432 : Number(given);
  const folder = searchParams.get("host");
  const reach = () => (folder === null ? connect(port, hostname) : connect(`${folder}/.s.PGSQL.${port}`));
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = reach();
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const freeze = () => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(own);
  url.searchParams.delete("host");
  return {
    url: url.href,
    cut,
    freeze,
    restore: () => listen(own),
    close: () => (server.listening ? cut() : Promise.resolve()),
  };
}
