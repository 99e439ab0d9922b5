import { AppError } from "@/lib/errors";
import { sharedPanel } from "@/lib/features/shares/open";
import { bearerToken } from "@/lib/http/authenticate";
import { json, route } from "@/lib/http/route";

/** For whoever holds a link: its token stands in a header, so that it is in no log of paths. */
export const GET = route<"panel">(
  async ({ params, request }) => {
    const token = bearerToken(request.headers);
    if (token === null) {
      throw new AppError("unauthenticated", "Send the link's token as Authorization: Bearer <token>.");
    }
    return json(await sharedPanel(token, params.panel));
  },
  { auth: "public" },
);
