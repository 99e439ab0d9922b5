import type { FormIssue } from "@/components/ui/form";

export type SignInResult =
  | { ok: true }
  | { ok: false; status: number; message: string; issues: readonly FormIssue[] };

/** Signs in from the browser; the answer sets the session cookie. Never throws. */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  try {
    const response = await fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (response.ok) return { ok: true };
    const problem = (await response.json()) as { detail?: string; errors?: FormIssue[] };
    const issues = problem.errors ?? [];
    const message = issues.length > 0 ? "Something is missing." : (problem.detail ?? "Signing in failed.");
    return { ok: false, status: response.status, message, issues };
  } catch {
    const message = "Keygauge does not answer. Check the connection and try again.";
    return { ok: false, status: 0, message, issues: [] };
  }
}
