import { notFound, redirect } from "next/navigation";
import { isAppError } from "@/lib/errors";

/** The page's thing, or the "not found" page where a query says there is none. */
export async function found<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") notFound();
    throw error;
  }
}

/** A list's page; a filter or cursor in the URL that nobody made here leads back to `fallback`. */
export async function listed<T>(query: Promise<T>, fallback: string): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (isAppError(error) && error.code === "invalid") redirect(fallback);
    throw error;
  }
}
