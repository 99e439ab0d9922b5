import { expect, test } from "vitest";
import { explain } from "./cluster";

test.each([
  ['initdb: error: could not write to file "x": No space left on device', /^The disk that holds \/d is full/],
  [
    'FATAL:  could not create lock file "postmaster.pid": Permission denied',
    /^Postgres has no write access to \/d/,
  ],
  ["postgres: error while loading shared libraries: libz.so.1", /set DATABASE_URL to a Postgres of your own/],
  [
    "LOG:  starting\nFATAL:  could not map anonymous shared memory",
    /could not map anonymous shared memory\. Its log is \/l\./,
  ],
  ["initdb: could not look up effective user ID 12345: user does not exist", /an entry in \/etc\/passwd/],
  ["", /it said nothing/],
])("%j is one line", (output, expected) => {
  const { message } = explain(output, "/d", "/l");
  expect(message).toMatch(expected);
  expect(message).not.toContain("\n");
});
