import { chatChannel } from "../http/chat";
import { teamsPayload } from "./payload";

/** Microsoft Teams by a webhook of its Workflows app. */
export const teamsChannel = chatChannel({
  kind: "teams",
  example: "https://prod-00.westeurope.logic.azure.com:443/workflows/XXXX",
  payload: teamsPayload,
});
