import { demoSchema } from "@/lib/features/demo/schemas";
import { mailSchema, retentionSchema, testSchema, twilioSchema } from "@/lib/features/installation/schemas";
import { startHiddenSchema } from "@/lib/features/start/schemas";
import { inviteSchema, preferencesSchema } from "@/lib/features/users/schemas";
import {
  demoAnswer,
  invitationPage,
  mailAnswer,
  preferencesAnswer,
  retentionAnswer,
  sentInvitationAnswer,
  startAnswer,
  testAnswer,
  twilioAnswer,
} from "../answers/settings";
import { created, done, ok, type Paths } from "../operation";

const SECRET =
  "A secret that is left out is kept, and never read. What the environment sets cannot be changed here.";

export const settingsPaths: Paths = {
  "/api/v1/settings/start": {
    tag: "Settings",
    operations: {
      get: {
        id: "getStart",
        summary: "How far the installation is set up, demo traffic aside",
        access: "viewer",
        answers: ok("What there is of each step.", startAnswer),
      },
      put: {
        id: "hideStart",
        summary: "Take the way through the set-up off the console's pages, or put it back",
        access: "operator",
        body: { schema: startHiddenSchema, example: { hidden: true } },
        answers: ok("What there is of each step.", startAnswer),
      },
    },
  },
  "/api/v1/invitations": {
    tag: "Invitations",
    operations: {
      get: {
        id: "listInvitations",
        summary: "Invitations that nobody has accepted yet",
        access: "admin",
        answers: ok("All of them, the newest first.", invitationPage),
      },
      post: {
        id: "createInvitation",
        summary: "Invite somebody by e-mail",
        description:
          "The link goes out by mail; without a mail server, or when it refuses, it is answered, this once. It works once, for seven days. Whoever was invited before gets a new one, and the former stops working.",
        access: "admin",
        body: { schema: inviteSchema, example: { email: "ana@example.com", role: "operator" } },
        answers: created("The invitation.", sentInvitationAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/invitations/{id}": {
    tag: "Invitations",
    parameters: { id: "The invitation's id." },
    operations: {
      delete: {
        id: "revokeInvitation",
        summary: "Take an invitation back: its link stops working",
        access: "admin",
        answers: done,
      },
    },
  },
  "/api/v1/preferences": {
    tag: "Preferences",
    operations: {
      get: {
        id: "getPreferences",
        summary: "How one sees the console's pages",
        description: "Of a signed-in user; a token has none.",
        access: "viewer",
        answers: ok("What is null is the browser's.", preferencesAnswer),
      },
      patch: {
        id: "setPreferences",
        summary: "Change how one sees the console's pages, on every browser",
        description: "Of a signed-in user; a token has none.",
        access: "viewer",
        body: {
          schema: preferencesSchema,
          example: { theme: "dark", time_zone: "Europe/Berlin", clock: "24h" },
        },
        answers: ok("What is null is the browser's.", preferencesAnswer),
        problems: [403],
      },
    },
  },
  "/api/v1/settings/demo": {
    tag: "Settings",
    operations: {
      get: {
        id: "getDemo",
        summary: "Whether simulated traffic is sent",
        access: "viewer",
        answers: ok("Its state.", demoAnswer),
      },
      put: {
        id: "setDemo",
        summary: "Switch simulated traffic on, or off with everything of it deleted",
        description:
          "Its source, keys, events, incidents and silences are deleted in the background, in the state `removing`. All its providers and consumers begin with `demo-`.",
        access: "admin",
        body: { schema: demoSchema, example: { on: true, silenced: true } },
        answers: ok("Its state.", demoAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/settings/mail": {
    tag: "Settings",
    operations: {
      get: {
        id: "getMail",
        summary: "The mail server in force",
        access: "admin",
        answers: ok("The server, its password aside.", mailAnswer),
      },
      put: {
        id: "setMail",
        summary: "Set the mail server",
        description: SECRET,
        access: "admin",
        body: {
          schema: mailSchema,
          example: {
            host: "mail.example.com",
            port: 587,
            security: "starttls",
            user: "keygauge",
            password: "…",
            from: "Keygauge <keygauge@example.com>",
          },
        },
        answers: ok("The server, its password aside.", mailAnswer),
        problems: [409],
      },
      delete: {
        id: "removeMail",
        summary: "Take the mail server away: e-mails are kept again",
        access: "admin",
        answers: done,
        problems: [404],
      },
    },
  },
  "/api/v1/settings/mail/test": {
    tag: "Settings",
    operations: {
      post: {
        id: "testMail",
        summary: "Send a test mail, the way every mail is sent",
        access: "admin",
        body: { schema: testSchema, example: { to: "ops@example.com" } },
        answers: ok("What the server answered.", testAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/settings/twilio": {
    tag: "Settings",
    operations: {
      get: {
        id: "getTwilio",
        summary: "The Twilio account in force",
        access: "admin",
        answers: ok("The account, its token aside.", twilioAnswer),
      },
      put: {
        id: "setTwilio",
        summary: "Set the Twilio account that sends SMS",
        description: SECRET,
        access: "admin",
        body: {
          schema: twilioSchema,
          example: {
            account_sid: "AC0123456789abcdef0123456789abcdef",
            auth_token: "…",
            from: "+15551230000",
          },
        },
        answers: ok("The account, its token aside.", twilioAnswer),
        problems: [409],
      },
      delete: {
        id: "removeTwilio",
        summary: "Take the account away: SMS are kept again",
        access: "admin",
        answers: done,
        problems: [404],
      },
    },
  },
  "/api/v1/settings/twilio/test": {
    tag: "Settings",
    operations: {
      post: {
        id: "testSms",
        summary: "Send a test SMS, the way every SMS is sent; it counts for the budget",
        access: "admin",
        body: { schema: testSchema, example: { to: "+15551230000" } },
        answers: ok("What Twilio answered.", testAnswer),
        problems: [409],
      },
    },
  },
  "/api/v1/settings/retention": {
    tag: "Settings",
    operations: {
      get: {
        id: "getRetention",
        summary: "How long events are kept, and what they take on disk",
        access: "admin",
        answers: ok("As it was measured now.", retentionAnswer),
      },
      put: {
        id: "setRetention",
        summary: "Set how long events are kept; older ones are deleted at once",
        access: "admin",
        body: { schema: retentionSchema, example: { events_days: 30 } },
        answers: ok("As it was measured now.", retentionAnswer),
        problems: [409],
      },
    },
  },
};
