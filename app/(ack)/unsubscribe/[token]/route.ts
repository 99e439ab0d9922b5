import { unsubscribeByLink } from "@/lib/features/channels/unsubscribe";
import { noContent, route } from "@/lib/http/route";

/** Readers are asked first; programs that follow links in mails only read. */
export const GET = route<"token">(
  ({ params }) =>
    new Response(null, {
      status: 303,
      headers: { Location: `/unsubscribe/${encodeURIComponent(params.token)}/confirm` },
    }),
  { auth: "public" },
);

/** The one-click unsubscription of mail programs (RFC 8058): no session, the link is the right to do so. */
export const POST = route<"token">(
  async ({ params }) => {
    await unsubscribeByLink(params.token);
    return noContent();
  },
  { auth: "public" },
);
