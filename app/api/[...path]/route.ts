import { AppError } from "@/lib/errors";
import { problem } from "@/lib/http/problem";

/** A path that the API does not have gets the API's kind of answer, not a page. */
const absent = async () =>
  problem(new AppError("not_found", "There is no such path; GET /api/v1/openapi.json lists them."));

export { absent as DELETE, absent as GET, absent as PATCH, absent as POST, absent as PUT };
