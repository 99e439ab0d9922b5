import { runtime } from "@/lib/runtime";
import { readText } from "./body";

const MAX_BYTES = 64 * 1024;

/** A request of Twilio's: its form, its signature, and the addresses it may have called. Throws `too_large`. */
export async function readTwilio(request: Request) {
  return {
    params: Object.fromEntries(new URLSearchParams(await readText(request, MAX_BYTES))),
    signature: request.headers.get("x-twilio-signature") ?? "",
    urls: addressesOf(request, runtime().env.appUrl),
  };
}

/** Below APP_URL, and at the host that the request or a proxy before it names. */
function addressesOf(request: Request, appUrl: string): string[] {
  const { pathname, search } = new URL(request.url);
  const forwarded = request.headers.get("x-forwarded-host")?.split(",")[0]?.trim();
  const hosts = [forwarded, request.headers.get("host")].filter((host) => host);
  const origins = [appUrl, ...hosts.flatMap((host) => [`https://${host}`, `http://${host}`])];
  return [...new Set(origins)].map((origin) => `${origin}${pathname}${search}`);
}

/** What Twilio is to answer the sender of a message; nothing for "". */
export function twiml(message: string): Response {
  const text = message.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  const body = message === "" ? "<Response/>" : `<Response><Message>${text}</Message></Response>`;
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, {
    headers: { "Content-Type": "text/xml; charset=utf-8", "Cache-Control": "no-store" },
  });
}
