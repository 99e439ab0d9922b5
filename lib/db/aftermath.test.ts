import { expect, test } from "vitest";
import { aftermathOf, isTransientDbError, troubleOf } from "./db";

const failure = (code: string, severity?: string, message = "") =>
  Object.assign(new Error(message), { code, ...(severity === undefined ? {} : { severity }) });

test.each([
  ["no server at the address", failure("ECONNREFUSED"), "refused"],
  ["no socket", failure("ENOENT"), "refused"],
  ["a server that starts or recovers", failure("57P03", "FATAL"), "refused"],
  ["too many connections", failure("53300", "FATAL"), "refused"],
  ["no free connection in time", new Error("timeout exceeded when trying to connect"), "refused"],
  ["a full disk under a table", failure("53100", "ERROR"), "refused"],
  ["a full disk under the log, which ends the server", failure("53100", "PANIC"), "unknown"],
  ["no memory", failure("53200", "ERROR"), "refused"],
  ["a deadlock", failure("40P01", "ERROR"), "rolled_back"],
  ["a lock that was not to be had", failure("55P03", "ERROR"), "rolled_back"],
  ["a server that stops", failure("57P01", "FATAL"), "unknown"],
  ["a server whose neighbour crashed", failure("57P02", "FATAL"), "unknown"],
  ["a broken connection", failure("ECONNRESET"), "unknown"],
  ["a connection that ended", new Error("Connection terminated unexpectedly"), "unknown"],
])("%s is transient, and tells what became of its transaction", (_name, error, aftermath) => {
  expect(isTransientDbError(error)).toBe(true);
  expect(aftermathOf(error)).toBe(aftermath);
});

test("a full disk is called so", () => {
  expect(troubleOf(failure("53100", "ERROR"))).toBe("The database's disk is full.");
  expect(troubleOf(failure("ECONNREFUSED"))).toBe("The database does not answer.");
});
