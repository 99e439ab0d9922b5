import { connect, type Socket } from "node:net";

/** A POST of events whose bytes the test sends one by one. */
export interface RawPost {
  socket: Socket;
  /** Everything the server has said so far. */
  readonly said: string;
  /** Resolves with the status once the server has answered, body and all or not. */
  answered: Promise<number>;
  closed: Promise<void>;
}

/** Opens a connection and sends the head of a POST. Its body is chunked unless a header gives its length. */
export async function openPost(
  url: string,
  token: string,
  headers: Record<string, string> = { "transfer-encoding": "chunked" },
): Promise<RawPost> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let said = "";
  const answered = new Promise<number>((resolve) => {
    socket.on("data", (data) => {
      said += data.toString("latin1");
      const status = /^HTTP\/1\.1 (\d{3})[\s\S]*\r\n\r\n/.exec(said)?.[1];
      if (status !== undefined) resolve(Number(status));
    });
  });
  // A connection that the server gives up may end with a reset.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /api/v1/events HTTP/1.1\r\n${lines.join("")}\r\n`);
  return {
    socket,
    get said() {
      return said;
    },
    answered,
    closed,
  };
}

/** One chunk of a chunked body. */
export function sendChunk({ socket }: RawPost, data: string | Buffer): void {
  const bytes = Buffer.from(data);
  socket.write(`${bytes.length.toString(16)}\r\n`);
  socket.write(bytes);
  socket.write("\r\n");
}
