import {
  BellRing,
  Gamepad2,
  Hash,
  Mail,
  MessageSquareText,
  PhoneCall,
  Router,
  Send,
  UsersRound,
  Webhook,
} from "lucide-react";
import type { ChannelKind } from "@/lib/domain/delivery/kind";

/** A field of a kind's configuration. */
export type KindField = {
  name: string;
  label: string;
  hint: string;
  placeholder: string;
  /** `list` is one recipient a line; what a `secret` holds is never shown again. */
  type: "list" | "url" | "secret";
  optional?: boolean;
};

type KindLook = {
  label: string;
  /** What it is for, in a few words. */
  about: string;
  icon: typeof Mail;
  fields: readonly KindField[];
};

const room = (service: string, where: string, placeholder: string): KindField => ({
  name: "url",
  label: "Webhook URL",
  hint: `In ${service}: ${where}. Whoever has the URL can write there, so it is kept secret`,
  placeholder,
  type: "secret",
});

const KINDS: Readonly<Record<ChannelKind, KindLook>> = {
  email: {
    label: "E-mail",
    about: "With chart and links",
    icon: Mail,
    fields: [
      {
        name: "to",
        label: "Addresses",
        hint: "One a line, 20 at most",
        placeholder: "ops@example.com",
        type: "list",
      },
    ],
  },
  sms: {
    label: "SMS",
    about: "One short text",
    icon: MessageSquareText,
    fields: [
      {
        name: "to",
        label: "Phone numbers",
        hint: "With country code, one a line, 10 at most",
        placeholder: "+15551230000",
        type: "list",
      },
    ],
  },
  slack: {
    label: "Slack",
    about: "Message to a channel",
    icon: Hash,
    fields: [
      room(
        "Slack",
        "your app → Incoming Webhooks → Add New Webhook",
        "https://hooks.slack.com/services/T000/B000/XXXX",
      ),
    ],
  },
  teams: {
    label: "Teams",
    about: "Card in a channel",
    icon: UsersRound,
    fields: [
      room(
        "Teams",
        "the channel → Workflows → Send webhook alerts to a channel",
        "https://prod-00.westeurope.logic.azure.com:443/workflows/XXXX",
      ),
    ],
  },
  discord: {
    label: "Discord",
    about: "Message to a channel",
    icon: Gamepad2,
    fields: [
      room(
        "Discord",
        "the channel's settings → Integrations → Webhooks",
        "https://discord.com/api/webhooks/000/XXXX",
      ),
    ],
  },
  webhook: {
    label: "Webhook",
    about: "Signed JSON to your own",
    icon: Webhook,
    fields: [
      {
        name: "url",
        label: "URL",
        hint: "Gets a POST of JSON for every message",
        placeholder: "https://example.com/keygauge",
        type: "url",
      },
      {
        name: "secret",
        label: "Signing secret",
        hint: "Left empty, one is made and shown once",
        placeholder: "whsec_…",
        type: "secret",
        optional: true,
      },
    ],
  },
  pagerduty: {
    label: "PagerDuty",
    about: "Opens and resolves incidents",
    icon: PhoneCall,
    fields: [
      {
        name: "routing_key",
        label: "Integration key",
        hint: "In PagerDuty: the service → Integrations → Events API v2",
        placeholder: "32 letters and digits",
        type: "secret",
      },
      {
        name: "url",
        label: "API address",
        hint: "Only for the EU region, or a proxy of your own",
        placeholder: "https://events.eu.pagerduty.com",
        type: "url",
        optional: true,
      },
    ],
  },
  opsgenie: {
    label: "Opsgenie",
    about: "Opens and closes alerts",
    icon: BellRing,
    fields: [
      {
        name: "api_key",
        label: "API key",
        hint: "In Opsgenie: Teams → the team → Integrations → API",
        placeholder: "Key of an API integration",
        type: "secret",
      },
      {
        name: "url",
        label: "API address",
        hint: "Only for the EU region, or a proxy of your own",
        placeholder: "https://api.eu.opsgenie.com",
        type: "url",
        optional: true,
      },
    ],
  },
  alertmanager: {
    label: "Alertmanager",
    about: "Your own routes decide",
    icon: Router,
    fields: [
      {
        name: "url",
        label: "Address",
        hint: "With user and password before the host, if it asks for them",
        placeholder: "http://alertmanager:9093",
        type: "url",
      },
    ],
  },
};

/** How a kind of channel looks and reads; an unknown one by its own name. */
export function channelKind(kind: string): KindLook {
  return (
    (KINDS as Readonly<Record<string, KindLook>>)[kind] ?? { label: kind, about: "", icon: Send, fields: [] }
  );
}
