/** A shell command that sends one example event to a source. `base` is the console's origin, without a slash. */
export function curlSnippet(base: string, token: string): string {
  const event = {
    key: "sk-example-0000000000000000",
    key_name: "example",
    provider: "openai",
    status: 200,
    latency_ms: 412,
  };
  return [
    `curl -X POST ${base}/api/v1/events \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(event)}'`,
  ].join("\n");
}

/** A secret as it is shown until somebody asks for it: its first characters and dots. */
export function masked(secret: string): string {
  return `${secret.slice(0, 6)}${"•".repeat(12)}`;
}
