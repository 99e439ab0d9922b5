/** A command line that cannot be understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `Usage: npm run keygauge -- COMMAND [options]

Commands
  migrate                                   bring the database to this version's schema
  user add --email E [--name N] [--role R]  add a user; roles: viewer, operator, admin (default viewer)
  user reset-password EMAIL                 set a new password and end the user's sessions
  token create [--name N] [--role R]        make a management token (default role admin); shown this once
  rules export [FILE]                       write all rules as YAML, to the standard output without FILE
  rules apply FILE [--dry-run] [--prune]    make the rules those of a file, all or none; --prune deletes the others
  import FILE [options]                     store the events of a CSV, NDJSON or gateway's log file; see below
  doctor                                    check this installation; exit code 1 when something is wrong

The user commands make a password and print it, unless one is given:
  --password P        (visible to other users of this machine while the command runs)
  --password-stdin    the first line of the standard input

Import reads plain or gzipped files, or the standard input for -. Run again, it stores nothing twice and goes on where it was
stopped. Exit code 1 when a line was rejected. All about it: docs/import.md
  --format F          csv, ndjson or a gateway's format (default: as the file looks)
  --source NAME       the source that the events belong to (default import); made when there is none
  --map FIELD=COLUMN  where a CSV file has a field: --map time=timestamp,key=api_key
  --set FIELD=VALUE   a value for records that have none: --set provider=openai
  --delimiter C       what stands between the cells of a CSV file (default: as its first line looks)
  --time-zone ZONE    the zone of times that are written without one
  --rejects FILE      writes every rejected line's number and reason there

The settings are those of npm start: DATABASE_URL, KEYGAUGE_DATA_DIR, AUTH_SECRET …
The commands work whether or not the server is running.
`;
