import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Roster } from "@/lib/roster";
import { StartError } from "./start-error";

/** Resolves with the port. Throws StartError when the address cannot be had. */
export function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(cannotBind(host, port, error));
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function cannotBind(host: string, port: number, error: NodeJS.ErrnoException): StartError {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartError(
        `Port ${port} on ${host} is taken: stop the program that uses it, or choose another, such as PORT=${port < 65_535 ? port + 1 : 3000}.`,
      );
    case "EACCES":
      return new StartError(
        `This user may not listen on port ${port}: choose one from 1024 up, such as PORT=3000.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        `HOST: ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them.`,
      );
  }
  return new StartError(`Cannot listen on ${host}:${port}: ${error.message}.`, { cause: error });
}

/** Knows the answers under way, so that a stop can wait for them and close those that never end by themselves. */
export class OpenResponses {
  readonly #open = new Roster<ServerResponse>();
  #draining = false;
  #idle: (() => void) | undefined;

  add(request: IncomingMessage, response: ServerResponse): void {
    const place = this.#open.add(response);
    if (this.#draining) response.shouldKeepAlive = false;
    response.once("close", () => {
      this.#open.remove(place);
      if (this.#open.size === 0) this.#idle?.();
      // Without this, a connection that was busy as the drain began would stay open for the next request.
      if (this.#draining) request.socket.end();
    });
  }

  /** Takes no more connections; resolves once every answer is out, or after `withinMs`, when the rest is cut off. */
  async drain(server: Server, withinMs: number): Promise<void> {
    this.#draining = true;
    server.close();
    server.closeIdleConnections();
    for (const response of this.#open.members()) {
      if (isStream(response)) response.socket?.destroySoon();
      else if (!response.headersSent) response.shouldKeepAlive = false;
    }
    if (this.#open.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#idle = resolve;
        }),
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, withinMs);
        }),
      ]);
      clearTimeout(timer);
    }
    server.closeAllConnections();
  }
}

const isStream = (response: ServerResponse) =>
  String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
