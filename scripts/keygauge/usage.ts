/** A command line that cannot be understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: npm run keygauge -- COMMAND [options]

Commands
  migrate                                   bring the database to this version's schema
  user add --email E [--name N] [--role R]  add a user; roles: viewer, operator, admin (default viewer)
  user reset-password EMAIL                 set a new password and end the user's sessions
  token create --name N [--role R]          make a management token (default role admin); shown this once
  doctor                                    check this installation; exit code 1 when something is wrong

The user commands make a password and print it, unless one is given:
  --password P        (visible to other users of this machine while the command runs)
  --password-stdin    the first line of the standard input

The settings are those of npm start: DATABASE_URL, KEYGAUGE_DATA_DIR, AUTH_SECRET …
The commands work whether or not the server is running.
`;
