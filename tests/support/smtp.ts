import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { Inbox } from "./inbox";

/** What the server does to each session; a plain number is its answer to RCPT TO (421: to the connection). */
export type SmtpBehaviour =
  | "ok"
  | "421"
  | "450"
  | "550"
  | "451_after_data"
  | "554_after_data"
  | "drop_before_data"
  | "drop_after_data"
  | "silent_after_data"
  | "no_greeting";

interface ReceivedMail {
  mail: ParsedMail;
  raw: string;
  /** Addresses of RCPT TO that were accepted. */
  recipients: string[];
  /** Epoch ms, once the whole mail was there. */
  receivedAt: number;
  /** The server has confirmed it with 250; false: the client cannot know. */
  confirmed: boolean;
}

export interface SmtpOptions {
  behaviour?: SmtpBehaviour;
  /** A code such as 450 or 550 refuses that recipient, undefined accepts. */
  recipient?: (address: string) => number | undefined;
  /** Asks for this user and password. */
  auth?: { user: string; pass: string };
}

export interface SmtpTestServer {
  url: string;
  messages: readonly ReceivedMail[];
  /** Sessions that were opened, successful or not. */
  readonly connections: number;
  waitFor(
    wanted: number | ((messages: readonly ReceivedMail[]) => boolean),
    timeoutMs?: number,
  ): Promise<ReceivedMail[]>;
  /** With `times`, that many sessions meet it and the next are accepted. */
  setBehaviour(behaviour: SmtpBehaviour, times?: number): void;
  close(): Promise<void>;
}

/** A real SMTP server on loopback that keeps what it is given and fails as it is told. */
export async function startSmtp(options: SmtpOptions = {}): Promise<SmtpTestServer> {
  const inbox = new Inbox<ReceivedMail>();
  const behaviours = new Map<string, SmtpBehaviour>();
  let next: SmtpBehaviour = options.behaviour ?? "ok";
  let left = Number.POSITIVE_INFINITY;
  let connections = 0;
  const behaviourOf = (session: SMTPServerSession) => behaviours.get(session.id) ?? "ok";

  const server = new SMTPServer({
    disabledCommands: options.auth === undefined ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      const { user, pass } = options.auth ?? {};
      if (auth.username === user && auth.password === pass) done(null, { user: "tester" });
      else done(refusal(535, "Authentication failed"));
    },
    onConnect(session, done) {
      connections += 1;
      behaviours.set(session.id, left > 0 ? next : "ok");
      left -= 1;
      const behaviour = behaviourOf(session);
      if (behaviour === "421") done(refusal(421, "Try again later"));
      else if (behaviour !== "no_greeting") done();
    },
    onRcptTo(address, session, done) {
      const behaviour = behaviourOf(session);
      if (behaviour === "drop_before_data") return drop(session);
      const code =
        options.recipient?.(address.address) ??
        (/^[45]\d\d$/.test(behaviour) ? Number(behaviour) : undefined);
      done(code === undefined ? null : refusal(code, code < 500 ? "Mailbox busy" : "No such mailbox"));
    },
    onData(stream, session, done) {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const source = Buffer.concat(chunks);
        const behaviour = behaviourOf(session);
        if (behaviour === "451_after_data") return done(refusal(451, "Local error in processing"));
        if (behaviour === "554_after_data") return done(refusal(554, "Message rejected"));
        const unconfirmed = behaviour === "drop_after_data" || behaviour === "silent_after_data";
        inbox.add({
          mail: await simpleParser(source),
          raw: source.toString("utf8"),
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          receivedAt: Date.now(),
          confirmed: !unconfirmed,
        });
        if (behaviour === "drop_after_data") drop(session);
        else if (!unconfirmed) done(null, `OK queued as ${session.id}`);
      })().catch((error: Error) => done(error)); // A client that is killed in the middle of its mail.
    },
  });
  const drop = (session: SMTPServerSession) => {
    for (const connection of server.connections) {
      if (connection.id === session.id) connection._socket.destroy();
    }
  };
  // A client that gives up resets its connection; that is what some of the tests are about.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const credentials =
    options.auth === undefined ? "" : `${options.auth.user}:${encodeURIComponent(options.auth.pass)}@`;

  return {
    url: `smtp://${credentials}127.0.0.1:${port}`,
    messages: inbox.items,
    get connections() {
      return connections;
    },
    waitFor: (wanted, timeoutMs) => inbox.waitFor(wanted, timeoutMs),
    setBehaviour(behaviour, times = Number.POSITIVE_INFINITY) {
      next = behaviour;
      left = times;
    },
    close() {
      for (const connection of server.connections) connection._socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
