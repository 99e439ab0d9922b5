import pg from "pg";
import { codeOf, messageOf, StartError } from "../start-error";

/** Opens one connection, or throws StartError with one line on what is wrong with the address. Never echoes the password. */
export async function connectOrExplain(databaseUrl: string): Promise<pg.Client> {
  let client: pg.Client;
  try {
    client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
    await client.connect();
  } catch (error) {
    throw new StartError(explainConnection(databaseUrl, error), { cause: error });
  }
  client.on("error", () => {});
  return client;
}

function explainConnection(databaseUrl: string, error: unknown): string {
  const url = new URL(databaseUrl);
  const server = url.searchParams.get("host") ?? `${url.hostname}:${url.port || "5432"}`;
  const user = decodeURIComponent(url.username) || "the default user";
  const database = decodeURIComponent(url.pathname.slice(1)) || user;
  // Node tries each address of a name and joins the failures.
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  switch (codeOf(inner)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return `DATABASE_URL: nothing answers at ${server}. Start Postgres there, or correct the host and port.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `DATABASE_URL: the host ${url.hostname} is not known. Correct its name.`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `DATABASE_URL: ${server} cannot be reached. Check the host, the port and the network.`;
    case "28P01":
    case "28000":
      return `DATABASE_URL: the server at ${server} refuses ${user}. Correct the user or the password. (${messageOf(inner)})`;
    case "3D000":
      return `DATABASE_URL: the database "${database}" does not exist at ${server}. Create it: createdb -h ${url.hostname} "${database}".`;
    case "42501":
      return `DATABASE_URL: ${user} may not connect to the database "${database}". Grant it: GRANT CONNECT, CREATE ON DATABASE "${database}" TO "${user}".`;
    case "53300":
      return `DATABASE_URL: the server at ${server} has no connection left. Raise max_connections or stop other clients.`;
  }
  if (/timeout/i.test(messageOf(inner)))
    return `DATABASE_URL: ${server} does not answer within 10 s. Check the host, the port and the network.`;
  if (/SASL|password must be a string/i.test(messageOf(inner)))
    return `DATABASE_URL: the server at ${server} asks for a password. Put it into the address: postgresql://${user}:PASSWORD@${url.host}${url.pathname}.`;
  return `DATABASE_URL: cannot connect to ${server}: ${messageOf(inner)}.`;
}

const MIN_VERSION = 140_000;

/** Refuses servers that lack what the schema uses. */
export async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version, current_setting('server_encoding') AS encoding",
  );
  const server = rows[0];
  if (server === undefined) return;
  if (Number(server.number) < MIN_VERSION)
    throw new StartError(
      `DATABASE_URL: the server is Postgres ${server.version}; Keygauge needs 14 or newer.`,
    );
  if (server.encoding !== "UTF8")
    throw new StartError(
      `DATABASE_URL: the database's encoding is ${server.encoding}; create one with ENCODING 'UTF8'.`,
    );
}
